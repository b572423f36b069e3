#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

enum { DEPTH = 5, RANK };

int mite_check_batch_matmul_s16(const mite_check_t *check, const void *record) {
    const mite_batch_matmul_s16_t *r = record;
    return mite_check_shift(check, r->shift) && mite_check_value(check, r->shift <= MITE_QUANT_WIDE_SHIFT_MOST, (uint32_t)r->shift, MITE_QUANT_WIDE_SHIFT_MOST)
        // The work must not be more than what the memory is large: with no input broadcast along the depth.
        && mite_check_value(check, r->dims[DEPTH] == 1 || r->a_strides[DEPTH], r->dims[DEPTH], 0)
        && check_operands(check, &r->a, r->dims, RANK, 2, 2);
}

void mite_run_batch_matmul_s16(const mite_model_t *model, const void *record) {
    const mite_batch_matmul_s16_t *r = record;
    const uint8_t *a0 = mite_ref(model, r->a), *b0 = mite_ref(model, r->b);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    uint32_t index[DEPTH] = {0};
    for (;;) {
        const uint8_t *a = a0, *b = b0;
        for (int i = 0; i < DEPTH; i++) {
            a += index[i] * r->a_strides[i];
            b += index[i] * r->b_strides[i];
        }
        int64_t sum = 0;
        for (uint32_t k = r->dims[DEPTH]; k; k--, a += r->a_strides[DEPTH], b += r->b_strides[DEPTH]) {
            sum += *(const int16_t *)(const void *)a * *(const int16_t *)(const void *)b;
        }
        *out++ = (int16_t)mite_quant_clamp(mite_quant_scale_wide(sum, r->multiplier, r->shift), INT16_MIN, INT16_MAX);
        int axis = DEPTH - 1;
        for (; axis >= 0 && ++index[axis] == r->dims[axis]; axis--) {
            index[axis] = 0;
        }
        if (axis < 0) {
            return;
        }
    }
}
