#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

int mite_check_mean(const mite_check_t *check, const void *record) {
    const mite_mean_t *r = record;
    return mite_check_shift(check, r->shift) && check_reduction(check, &r->input, r->kept, 1, 1);
}

static int32_t sum(const mite_mean_t *r, const int8_t *in) {
    int32_t total = 0;
    for (uint32_t i = 0; i < r->reduced[0]; i++) {
        for (uint32_t j = 0; j < r->reduced[1]; j++) {
            const int8_t *at = in + i * r->reduced_strides[0] + j * r->reduced_strides[1];
            for (uint32_t k = r->reduced[2]; k; k--, at += r->reduced_strides[2]) {
                total += *at;
            }
        }
    }
    return total;
}

void mite_run_mean(const mite_model_t *model, const void *record) {
    const mite_mean_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->kept[0]; i++) {
        for (uint32_t j = 0; j < r->kept[1]; j++) {
            const int8_t *at = in + i * r->kept_strides[0] + j * r->kept_strides[1];
            for (uint32_t k = r->kept[2]; k; k--, at += r->kept_strides[2]) {
                int32_t mean = mite_quant_scale(sum(r, at) + r->offset, r->multiplier, r->shift) + r->output_zero_point;
                *out++ = (int8_t)mite_quant_clamp(mean, INT8_MIN, INT8_MAX);
            }
        }
    }
}
