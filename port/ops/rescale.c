#include "../kernels/quant.h"
#include "ops.h"

enum { MAGNITUDE = 1 };

static int is_size(uint32_t bytes) {
    return bytes == 1 || bytes == 2 || bytes == 4;
}

int mite_check_rescale(const mite_check_t *check, const void *record) {
    const mite_rescale_t *r = record;
    return mite_check_value(check, is_size(r->input_bytes) && is_size(r->output_bytes), r->input_bytes, r->output_bytes)
        && mite_check_shift(check, r->shift) && mite_check_shift(check, r->negative_shift)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_items(check, r->input, r->count, r->input_bytes, MITE_READ)
        && mite_check_items(check, r->output, r->count, r->output_bytes, MITE_WRITE);
}

static int32_t number(const uint8_t *at, uint32_t bytes) {
    return bytes == 1 ? *(const int8_t *)at : bytes == 2 ? *(const int16_t *)(const void *)at : *(const int32_t *)(const void *)at;
}

void mite_run_rescale(const mite_model_t *model, const void *record) {
    const mite_rescale_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t i = r->count; i; i--, in += r->input_bytes, out += r->output_bytes) {
        int32_t x = number(in, r->input_bytes) - r->input_zero_point;
        if (r->flags & MAGNITUDE) {
            x = x < 0 ? -x : x;
        }
        x = x >= 0 ? mite_quant_scale(x, r->multiplier, r->shift) : mite_quant_scale(x, r->negative_multiplier, r->negative_shift);
        x = mite_quant_clamp(x + r->output_zero_point, r->act_min, r->act_max);
        if (r->output_bytes == 1) {
            *out = (uint8_t)x;
        } else if (r->output_bytes == 2) {
            *(int16_t *)(void *)out = (int16_t)x;
        } else {
            *(int32_t *)(void *)out = x;
        }
    }
}
