#include "../kernels/real.h"
#include "elements.h"
#include "ops.h"

enum { COLUMNS = 4, DEPTH, RANK };
enum { HAS_BIAS = 1 };

int mite_check_matmul_f32(const mite_check_t *check, const void *record) {
    const mite_matmul_f32_t *r = record;
    // The work must not be more than what the memory is large: with no input broadcast along the depth.
    return mite_check_value(check, r->dims[DEPTH] == 1 || r->a_strides[DEPTH], r->dims[DEPTH], 0)
        && check_operands(check, &r->a, r->dims, RANK, 4, 4)
        && (!(r->flags & HAS_BIAS) || mite_check_items(check, r->bias, r->dims[COLUMNS], 4, MITE_READ));
}

void mite_run_matmul_f32(const mite_model_t *model, const void *record) {
    const mite_matmul_f32_t *r = record;
    const float *bias = r->flags & HAS_BIAS ? (const float *)(const void *)mite_ref(model, r->bias) : NULL;
    float *out = (float *)(void *)mite_ref(model, r->output);
    uint32_t index[DEPTH] = {0};
    for (;;) {
        const uint8_t *a = mite_ref(model, r->a), *b = mite_ref(model, r->b);
        for (int i = 0; i < DEPTH; i++) {
            a += index[i] * r->a_strides[i];
            b += index[i] * r->b_strides[i];
        }
        float sum = 0;
        for (uint32_t k = r->dims[DEPTH]; k; k--, a += r->a_strides[DEPTH], b += r->b_strides[DEPTH]) {
            sum += *(const float *)(const void *)a * *(const float *)(const void *)b;
        }
        *out++ = mite_real_clamp(bias ? sum + bias[index[COLUMNS]] : sum, r->act_min, r->act_max);
        int axis = DEPTH - 1;
        for (; axis >= 0 && ++index[axis] == r->dims[axis]; axis--) {
            index[axis] = 0;
        }
        if (axis < 0) {
            return;
        }
    }
}
