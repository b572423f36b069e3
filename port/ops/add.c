#include "../kernels/roster.h"
#include "elements.h"
#include "ops.h"

int mite_check_add(const mite_check_t *check, const void *record) {
    const mite_add_t *r = record;
    return mite_check_value(check, r->shift < 32 && r->act_min <= r->act_max, r->shift, (uint32_t)r->act_min)
        && check_operands(check, &r->a, r->dims, 4, 1, 1);
}

void mite_run_add(const mite_model_t *model, const void *record) {
    const mite_add_t *r = record;
    const int8_t *a = (const int8_t *)mite_ref(model, r->a), *b = (const int8_t *)mite_ref(model, r->b);
    mite_add_run_t p = {
        .a = {NULL, (int32_t)r->a_strides[3], r->a_factor}, .b = {NULL, (int32_t)r->b_strides[3], r->b_factor},
        .output = (int8_t *)mite_ref(model, r->output), .count = (int32_t)r->dims[3],
        .base = r->base, .shift = r->shift, .min = r->act_min, .max = r->act_max,
    };
    for (uint32_t i = 0; i < r->dims[0]; i++) {
        for (uint32_t j = 0; j < r->dims[1]; j++) {
            for (uint32_t k = 0; k < r->dims[2]; k++, p.output += p.count) {
                p.a.at = a + i * r->a_strides[0] + j * r->a_strides[1] + k * r->a_strides[2];
                p.b.at = b + i * r->b_strides[0] + j * r->b_strides[1] + k * r->b_strides[2];
                MITE_KERNEL(add, s8)(&p);
            }
        }
    }
}
