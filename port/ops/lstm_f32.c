#include <string.h>

#include "../kernels/real.h"
#include "ops.h"
#include "sequence.h"

enum { INPUT, FORGET, CELL, OUTPUT, GATES };

int mite_check_lstm_f32(const mite_check_t *check, const void *record) {
    const mite_lstm_f32_t *r = record;
    const uint32_t most = 1 << 13; // of each number: then no product below leaves 32 bits
    if (!mite_check_value(check, r->batches && r->batches < most && r->steps && r->steps < 1 << 15, r->batches, r->steps)
        || !mite_check_value(check, r->inputs && r->inputs < most && r->units && r->units < most, r->inputs, r->units)) {
        return 0;
    }
    uint32_t states = mite_check_product(r->batches, 4 * r->units);
    return check_sequence(check, r->batches, r->steps, r->input, r->input_strides, 4 * r->inputs, 4, MITE_READ)
        && check_sequence(check, r->batches, r->steps, r->output, r->output_strides, 4 * r->units, 4, MITE_WRITE)
        && mite_check_range(check, r->hidden, states, 4, MITE_WRITE) && mite_check_range(check, r->cell, states, 4, MITE_WRITE)
        && mite_check_range(check, r->weights, mite_check_product(GATES * 4 * r->units, 1 + r->inputs + r->units), 4, MITE_READ)
        && mite_check_value(check, r->scratch_bytes >= 4 * GATES * r->units, r->scratch_bytes, 4 * GATES * r->units)
        && mite_check_range(check, r->scratch, r->scratch_bytes, 4, MITE_WRITE);
}

mite_scratch_t mite_scratch_lstm_f32(const mite_lstm_f32_t *r) {
    return (mite_scratch_t) {4 * GATES * r->units, 4 * GATES * r->units};
}

static float dot(const float *a, const float *b, uint32_t count) {
    float sum = 0;
    for (; count; count--) {
        sum += *a++ * *b++;
    }
    return sum;
}

static void step(const mite_model_t *model, const mite_lstm_f32_t *r, const float *in, float *hidden, float *cell) {
    const float *bias = (const float *)(const void *)mite_ref(model, r->weights), *input_row = bias + GATES * r->units;
    const float *hidden_row = input_row + GATES * r->units * r->inputs;
    float *gates = (float *)(void *)mite_ref(model, r->scratch), *gate = gates;
    for (int g = 0; g < GATES; g++) {
        for (uint32_t u = 0; u < r->units; u++, input_row += r->inputs, hidden_row += r->units) {
            float x = dot(input_row, in, r->inputs) + *bias++;
            x += dot(hidden_row, hidden, r->units);
            *gate++ = g == CELL ? mite_real_tanh(x) : mite_real_logistic(x);
        }
    }
    for (uint32_t u = 0; u < r->units; u++) {
        float c = gates[FORGET * r->units + u] * cell[u] + gates[INPUT * r->units + u] * gates[CELL * r->units + u];
        cell[u] = r->cell_clip > 0 ? mite_real_clamp(c, -r->cell_clip, r->cell_clip) : c;
        hidden[u] = mite_real_tanh(cell[u]) * gates[OUTPUT * r->units + u];
    }
}

void mite_run_lstm_f32(const mite_model_t *model, const void *record) {
    const mite_lstm_f32_t *r = record;
    float *hidden = (float *)(void *)mite_ref(model, r->hidden), *cell = (float *)(void *)mite_ref(model, r->cell);
    for (uint32_t b = 0; b < r->batches; b++, hidden += r->units, cell += r->units) {
        for (uint32_t s = 0; s < r->steps; s++) {
            const uint8_t *in = mite_ref(model, r->input) + b * r->input_strides[0] + s * r->input_strides[1];
            step(model, r, (const float *)(const void *)in, hidden, cell);
            memmove(mite_ref(model, r->output) + b * r->output_strides[0] + s * r->output_strides[1], hidden, 4 * r->units);
        }
    }
}
