#include "../kernels/sigmoid.h"

#include "ops.h"

enum { TANGENT = 1 };

int mite_check_sigmoid_s16(const mite_check_t *check, const void *record) {
    const mite_sigmoid_s16_t *r = record;
    // So that a product of the largest numbers fits 32 bits.
    return mite_check_value(check, r->multiplier >= 0 && r->multiplier <= UINT16_MAX && r->shift < 31, (uint32_t)r->multiplier, r->shift)
        && mite_check_items(check, r->input, r->count, 2, MITE_READ)
        && mite_check_items(check, r->output, r->count, 2, MITE_WRITE)
        && mite_check_range(check, r->table, 2 * MITE_SIGMOID_ENTRIES, 2, MITE_READ);
}

void mite_run_sigmoid_s16(const mite_model_t *model, const void *record) {
    const mite_sigmoid_s16_t *r = record;
    const int16_t *in = (const int16_t *)(const void *)mite_ref(model, r->input);
    const uint16_t *table = (const uint16_t *)(const void *)mite_ref(model, r->table);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    int32_t half = r->shift ? 1 << (r->shift - 1) : 0;
    for (uint32_t i = 0; i < r->count; i++) {
        int32_t x = (in[i] * r->multiplier + half) >> r->shift;
        out[i] = r->flags & TANGENT ? mite_sigmoid_tanh(table, x) : mite_sigmoid_logistic(table, x);
    }
}
