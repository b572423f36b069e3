#include "../kernels/quant.h"
#include "ops.h"
#include "strides.h"

int mite_check_add(const mite_check_t *check, const void *record) {
    const mite_add_t *r = record;
    uint32_t count = mite_check_product(mite_check_product(r->dims[0], r->dims[1]), mite_check_product(r->dims[2], r->dims[3]));
    return mite_check_shift(check, r->a_shift) && mite_check_shift(check, r->b_shift) && mite_check_shift(check, r->output_shift)
        && mite_check_value(check, r->act_min >= INT8_MIN && r->act_max <= INT8_MAX && r->act_min <= r->act_max,
                            (uint32_t)r->act_min, (uint32_t)r->act_max)
        && check_forward(check, r->a_strides, 4) && check_forward(check, r->b_strides, 4)
        && check_strides(check, r->a, 1, r->dims, (const int32_t *)r->a_strides, 4, MITE_READ, STRIDES_ANY)
        && check_strides(check, r->b, 1, r->dims, (const int32_t *)r->b_strides, 4, MITE_READ, STRIDES_ANY)
        && mite_check_range(check, r->output, count, 1, MITE_WRITE);
}

void mite_run_add(const mite_model_t *model, const void *record) {
    const mite_add_t *r = record;
    const int8_t *a0 = (const int8_t *)mite_ref(model, r->a), *b0 = (const int8_t *)mite_ref(model, r->b);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->dims[0]; i++) {
        for (uint32_t j = 0; j < r->dims[1]; j++) {
            for (uint32_t k = 0; k < r->dims[2]; k++) {
                const int8_t *a = a0 + i * r->a_strides[0] + j * r->a_strides[1] + k * r->a_strides[2];
                const int8_t *b = b0 + i * r->b_strides[0] + j * r->b_strides[1] + k * r->b_strides[2];
                for (uint32_t n = r->dims[3]; n; n--, a += r->a_strides[3], b += r->b_strides[3]) {
                    // 20 bits of headroom, as the reference: its roundings are part of the answer.
                    int32_t sum = mite_quant_scale((*a - r->a_zero_point) * (1 << 20), r->a_multiplier, r->a_shift)
                        + mite_quant_scale((*b - r->b_zero_point) * (1 << 20), r->b_multiplier, r->b_shift);
                    sum = mite_quant_scale(sum, r->output_multiplier, r->output_shift) + r->output_zero_point;
                    *out++ = (int8_t)mite_quant_clamp(sum, r->act_min, r->act_max);
                }
            }
        }
    }
}
