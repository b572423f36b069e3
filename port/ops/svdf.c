#include <string.h>

#include "../kernels/quant.h"
#include "ops.h"

enum { WIDE = 1 }; // int16 state and time weights

int mite_check_svdf(const mite_check_t *check, const void *record) {
    const mite_svdf_t *r = record;
    uint32_t size = r->flags & WIDE ? 2 : 1, filters = mite_check_product(r->units, r->rank);
    uint32_t row = mite_check_product(r->memory, size);
    return mite_check_value(check, r->batches && r->inputs && filters && r->memory, r->inputs, filters)
        && mite_check_shift(check, r->feature_shift) && mite_check_shift(check, r->output_shift)
        && mite_check_range(check, r->input, mite_check_product(r->batches, r->inputs), 1, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(r->batches, r->units), 1, MITE_WRITE)
        && mite_check_range(check, r->state, mite_check_product(mite_check_product(r->batches, filters), row), size, MITE_WRITE)
        && mite_check_range(check, r->feature_weights, mite_check_product(filters, r->inputs), 1, MITE_READ)
        && mite_check_range(check, r->time_weights, mite_check_product(filters, row), size, MITE_READ)
        && mite_check_items(check, r->bias, r->units, 4, MITE_READ);
}

// One filter: its newest number into the state, and the product of all of them with the time weights.
static int32_t filter(const mite_svdf_t *r, const int8_t *in, const int8_t *features, uint8_t *state, const uint8_t *times) {
    int32_t newest = 0, sum = 0, wide = r->flags & WIDE;
    for (uint32_t i = 0; i < r->inputs; i++) {
        newest += features[i] * (in[i] - r->input_zero_point);
    }
    newest = mite_quant_scale(newest, r->feature_multiplier, r->feature_shift) + r->state_zero_point;
    uint32_t size = wide ? 2 : 1, last = (r->memory - 1u) * size;
    memmove(state, state + size, last);
    if (wide) {
        *(int16_t *)(void *)(state + last) = (int16_t)mite_quant_clamp(newest, INT16_MIN, INT16_MAX);
    } else {
        state[last] = (uint8_t)mite_quant_clamp(newest, INT8_MIN, INT8_MAX);
    }
    for (uint32_t i = 0; i < r->memory; i++) {
        int32_t x = wide ? ((const int16_t *)(const void *)state)[i] : ((const int8_t *)state)[i];
        sum += (x - r->state_zero_point) * (wide ? ((const int16_t *)(const void *)times)[i] : ((const int8_t *)times)[i]);
    }
    return sum;
}

void mite_run_svdf(const mite_model_t *model, const void *record) {
    const mite_svdf_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    uint8_t *state = mite_ref(model, r->state);
    uint32_t row = r->memory * (r->flags & WIDE ? 2u : 1u);
    for (uint32_t b = 0; b < r->batches; b++, in += r->inputs) {
        const int8_t *features = (const int8_t *)mite_ref(model, r->feature_weights);
        const uint8_t *times = mite_ref(model, r->time_weights);
        const int32_t *bias = (const int32_t *)(const void *)mite_ref(model, r->bias);
        for (uint32_t u = 0; u < r->units; u++) {
            int32_t sum = bias[u];
            for (uint32_t i = 0; i < r->rank; i++, features += r->inputs, times += row, state += row) {
                sum += filter(r, in, features, state, times);
            }
            sum = mite_quant_scale(sum, r->output_multiplier, r->output_shift) + r->output_zero_point;
            *out++ = (int8_t)mite_quant_clamp(sum, INT8_MIN, INT8_MAX);
        }
    }
}
