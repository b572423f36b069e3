#include "../kernels/quant.h"
#include "../kernels/table_s16.h"
#include "ops.h"

int mite_check_softmax_s16(const mite_check_t *check, const void *record) {
    const mite_softmax_s16_t *r = record;
    uint32_t bytes = mite_check_product(mite_check_product(r->rows, r->depth), 2);
    // A sum of so many exponentials fits 32 bits.
    return mite_check_value(check, r->depth && r->depth <= UINT16_MAX, r->depth, UINT16_MAX) && mite_check_shift(check, r->shift)
        && mite_check_range(check, r->input, bytes, 2, MITE_READ) && mite_check_range(check, r->output, bytes, 2, MITE_WRITE)
        && mite_check_range(check, r->tables, 2 * 2 * MITE_TABLE_S16_ENTRIES, 2, MITE_READ);
}

static int32_t leading_zeros(uint32_t value) {
    int32_t count = 32;
    for (; value; value >>= 1) {
        count--;
    }
    return count;
}

void mite_run_softmax_s16(const mite_model_t *model, const void *record) {
    const mite_softmax_s16_t *r = record;
    const int16_t *in = (const int16_t *)(const void *)mite_ref(model, r->input);
    const int16_t *exponentials = (const int16_t *)(const void *)mite_ref(model, r->tables), *reciprocals = exponentials + MITE_TABLE_S16_ENTRIES;
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth, out += r->depth) {
        int32_t max = INT16_MIN, sum = 0;
        for (uint32_t i = 0; i < r->depth; i++) {
            max = mite_quant_max(max, in[i]);
        }
        for (uint32_t i = 0; i < r->depth; i++) {
            // 65535 steps are 10.
            int32_t x = mite_quant_scale(in[i] - max, r->multiplier, r->shift) + INT16_MAX;
            out[i] = mite_table_s16(exponentials, mite_quant_clamp(x, INT16_MIN, INT16_MAX));
            sum += out[i];
        }
        // 1 / sum = 1 / (1 + fraction) / 2^over. A table that is none could make a sum without a reciprocal.
        int32_t zeros = mite_quant_clamp(leading_zeros((uint32_t)sum), 1, 30), over = 31 - zeros;
        int32_t fraction = (int32_t)(((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14) - (1 << 15) - (1 << 16));
        int32_t scale = mite_table_s16(reciprocals, mite_quant_clamp(fraction, INT16_MIN, INT16_MAX));
        for (uint32_t i = 0; i < r->depth; i++) {
            out[i] = (int16_t)mite_quant_clamp((out[i] * scale + (1 << (over - 1))) >> over, 0, INT16_MAX);
        }
    }
}
