#include "ops.h"

int mite_check_fully_connected_steps(const mite_check_t *check, const void *record) {
    const mite_fully_connected_steps_t *r = record;
    return mite_check_value(check, r->depth && r->depth <= MITE_REF_OFFSET && r->outputs && r->outputs <= UINT16_MAX, r->depth, r->outputs)
        && mite_check_value(check, r->lowest + r->count <= INT8_MAX, (uint32_t)r->lowest, r->count)
        && mite_check_range(check, r->input, mite_check_product(r->batches, r->depth), 1, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(r->batches, r->outputs), 1, MITE_WRITE)
        && mite_check_range(check, r->filter, mite_check_product(r->depth, r->outputs), 1, MITE_READ)
        && mite_check_range(check, r->bias, 4 * r->outputs, 4, MITE_READ) && mite_check_range(check, r->steps, 4u * r->count, 4, MITE_READ);
}

// How many of the rising steps are not above the sum.
static int32_t passed(const int32_t *steps, int32_t count, int32_t sum) {
    const int32_t *at = steps;
    while (count) {
        int32_t half = count / 2;
        if (at[half] <= sum) {
            at += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return (int32_t)(at - steps);
}

void mite_run_fully_connected_steps(const mite_model_t *model, const void *record) {
    const mite_fully_connected_steps_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    const int32_t *bias = (const int32_t *)mite_ref(model, r->bias), *steps = (const int32_t *)mite_ref(model, r->steps);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    for (uint32_t b = 0; b < r->batches; b++, in += r->depth) {
        const int8_t *weight = (const int8_t *)mite_ref(model, r->filter);
        int32_t total = 0;
        for (uint32_t i = 0; i < r->depth; i++) {
            total += in[i];
        }
        total *= r->filter_zero_point;
        for (uint32_t o = 0; o < r->outputs; o++) {
            int32_t sum = bias[o] - total;
            for (uint32_t i = 0; i < r->depth; i++) {
                sum += in[i] * *weight++;
            }
            *out++ = (int8_t)(r->lowest + passed(steps, r->count, sum));
        }
    }
}
