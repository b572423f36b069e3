#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

enum { LEFT_SHIFT = 20 }; // of ADD_N

static int is_index(const mite_reduce_t *r) {
    return r->flags == MITE_REDUCE_ARG_MAX || r->flags == MITE_REDUCE_ARG_MIN;
}

int mite_check_reduce(const mite_check_t *check, const void *record) {
    const mite_reduce_t *r = record;
    return mite_check_value(check, r->flags < MITE_REDUCE_COUNT, r->flags, MITE_REDUCE_COUNT)
        && mite_check_shift(check, r->shift) && mite_check_shift(check, r->output_shift)
        && check_reduction(check, &r->input, r->kept, 1, is_index(r) ? 4 : 1);
}

static int32_t reduced(const mite_reduce_t *r, const int8_t *in) {
    // The reference's sum starts with a number that stands for minus the zero point.
    int32_t sum = r->flags == MITE_REDUCE_ADD_N ? mite_quant_scale(-r->zero_point * (1 << LEFT_SHIFT), r->multiplier, r->shift) : 0;
    int32_t best = *in, best_index = 0, index = 0;
    int32_t least = r->flags == MITE_REDUCE_MIN || r->flags == MITE_REDUCE_ARG_MIN;
    for (uint32_t i = 0; i < r->reduced[0]; i++) {
        for (uint32_t j = 0; j < r->reduced[1]; j++) {
            const int8_t *at = in + i * r->reduced_strides[0] + j * r->reduced_strides[1];
            for (uint32_t k = r->reduced[2]; k; k--, at += r->reduced_strides[2], index++) {
                if (r->flags == MITE_REDUCE_ADD_N) {
                    sum += mite_quant_scale((*at - r->zero_point) * (1 << LEFT_SHIFT), r->multiplier, r->shift);
                } else if (least ? *at < best : *at > best) {
                    best = *at;
                    best_index = index;
                }
            }
        }
    }
    if (r->flags == MITE_REDUCE_ADD_N) {
        sum = mite_quant_scale(sum, r->output_multiplier, r->output_shift) + r->output_zero_point;
        return mite_quant_clamp(sum, INT8_MIN, INT8_MAX);
    }
    return is_index(r) ? best_index : best;
}

void mite_run_reduce(const mite_model_t *model, const void *record) {
    const mite_reduce_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->kept[0]; i++) {
        for (uint32_t j = 0; j < r->kept[1]; j++) {
            const int8_t *at = in + i * r->kept_strides[0] + j * r->kept_strides[1];
            for (uint32_t k = r->kept[2]; k; k--, at += r->kept_strides[2]) {
                if (is_index(r)) {
                    *(int32_t *)(void *)out = reduced(r, at);
                    out += 4;
                } else {
                    *out++ = (uint8_t)reduced(r, at);
                }
            }
        }
    }
}
