#include <string.h>

#include "../kernels/real.h"
#include "ops.h"

int mite_check_svdf_f32(const mite_check_t *check, const void *record) {
    const mite_svdf_f32_t *r = record;
    uint32_t filters = mite_check_product(r->units, r->rank), row = 4 * (uint32_t)r->memory;
    return mite_check_value(check, r->batches && r->inputs && filters && r->memory, r->inputs, filters)
        && mite_check_items(check, r->input, mite_check_product(r->batches, r->inputs), 4, MITE_READ)
        && mite_check_items(check, r->output, mite_check_product(r->batches, r->units), 4, MITE_WRITE)
        && mite_check_range(check, r->state, mite_check_product(mite_check_product(r->batches, filters), row), 4, MITE_WRITE)
        && mite_check_items(check, r->feature_weights, mite_check_product(filters, r->inputs), 4, MITE_READ)
        && mite_check_range(check, r->time_weights, mite_check_product(filters, row), 4, MITE_READ)
        && mite_check_items(check, r->bias, r->units, 4, MITE_READ);
}

static float dot(const float *a, const float *b, uint32_t count) {
    float sum = 0;
    for (; count; count--) {
        sum += *a++ * *b++;
    }
    return sum;
}

void mite_run_svdf_f32(const mite_model_t *model, const void *record) {
    const mite_svdf_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input), *bias = (const float *)(const void *)mite_ref(model, r->bias);
    float *out = (float *)(void *)mite_ref(model, r->output), *state = (float *)(void *)mite_ref(model, r->state);
    for (uint32_t b = 0; b < r->batches; b++, in += r->inputs) {
        const float *features = (const float *)(const void *)mite_ref(model, r->feature_weights);
        const float *times = (const float *)(const void *)mite_ref(model, r->time_weights);
        for (uint32_t u = 0; u < r->units; u++) {
            float sum = bias[u];
            for (uint32_t i = 0; i < r->rank; i++, features += r->inputs, times += r->memory, state += r->memory) {
                memmove(state, state + 1, 4 * (r->memory - 1u));
                state[r->memory - 1] = dot(features, in, r->inputs);
                sum += dot(times, state, r->memory);
            }
            *out++ = mite_real_clamp(sum, r->act_min, r->act_max);
        }
    }
}
