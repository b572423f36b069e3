#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

enum { ROWS = 3, COLUMNS, DEPTH, RANK };

int mite_check_batch_matmul(const mite_check_t *check, const void *record) {
    const mite_batch_matmul_t *r = record;
    // The work must not be more than what the memory is large: with no input broadcast along the depth.
    return mite_check_shift(check, r->shift) && mite_check_value(check, r->dims[DEPTH] == 1 || r->a_strides[DEPTH], r->dims[DEPTH], 0)
        && check_operands(check, &r->a, r->dims, RANK, 1, 1);
}

void mite_run_batch_matmul(const mite_model_t *model, const void *record) {
    const mite_batch_matmul_t *r = record;
    const int8_t *a0 = (const int8_t *)mite_ref(model, r->a), *b0 = (const int8_t *)mite_ref(model, r->b);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    uint32_t index[DEPTH] = {0};
    for (;;) {
        const int8_t *a = a0, *b = b0;
        for (int i = 0; i < DEPTH; i++) {
            a += index[i] * r->a_strides[i];
            b += index[i] * r->b_strides[i];
        }
        int32_t sum = 0;
        for (uint32_t k = r->dims[DEPTH]; k; k--, a += r->a_strides[DEPTH], b += r->b_strides[DEPTH]) {
            sum += (*a - r->a_zero_point) * (*b - r->b_zero_point);
        }
        sum = mite_quant_scale(sum, r->multiplier, r->shift) + r->output_zero_point;
        *out++ = (int8_t)mite_quant_clamp(sum, INT8_MIN, INT8_MAX);
        int axis = DEPTH - 1;
        for (; axis >= 0 && ++index[axis] == r->dims[axis]; axis--) {
            index[axis] = 0;
        }
        if (axis < 0) {
            return;
        }
    }
}
