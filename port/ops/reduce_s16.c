#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

int mite_check_reduce_s16(const mite_check_t *check, const void *record) {
    const mite_reduce_s16_t *r = record;
    return mite_check_value(check, r->flags < MITE_REDUCE_S16_COUNT, r->flags, MITE_REDUCE_S16_COUNT) && mite_check_shift(check, r->shift)
        && check_reduction(check, &r->input, r->kept, 2, 2);
}

static int32_t reduced(const mite_reduce_s16_t *r, const uint8_t *in) {
    int32_t first = *(const int16_t *)(const void *)in, most = first, least = first, sum = r->offset;
    for (uint32_t i = 0; i < r->reduced[0]; i++) {
        for (uint32_t j = 0; j < r->reduced[1]; j++) {
            const uint8_t *at = in + i * r->reduced_strides[0] + j * r->reduced_strides[1];
            for (uint32_t k = r->reduced[2]; k; k--, at += r->reduced_strides[2]) {
                int32_t x = *(const int16_t *)(const void *)at;
                most = mite_quant_max(most, x);
                least = mite_quant_min(least, x);
                sum += x;
            }
        }
    }
    if (r->flags != MITE_REDUCE_S16_MEAN) {
        return r->flags == MITE_REDUCE_S16_MAX ? most : least;
    }
    return mite_quant_clamp(mite_quant_scale(sum, r->multiplier, r->shift) + r->output_zero_point, INT16_MIN, INT16_MAX);
}

void mite_run_reduce_s16(const mite_model_t *model, const void *record) {
    const mite_reduce_s16_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->kept[0]; i++) {
        for (uint32_t j = 0; j < r->kept[1]; j++) {
            const uint8_t *at = in + i * r->kept_strides[0] + j * r->kept_strides[1];
            for (uint32_t k = r->kept[2]; k; k--, at += r->kept_strides[2]) {
                *out++ = (int16_t)reduced(r, at);
            }
        }
    }
}
