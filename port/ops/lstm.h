// What LSTM and LSTM_S16 share. Their records are alike; their activations are int8 and int16, and the latter's sums have 64 bits.
#ifndef MITE_LSTM_H
#define MITE_LSTM_H

#include <string.h>

#include "../kernels/dot_s16.h"
#include "../kernels/sigmoid.h"
#include "ops.h"
#include "sequence.h"

typedef char mite_lstm_records_alike[sizeof(mite_lstm_t) == sizeof(mite_lstm_s16_t) ? 1 : -1];

enum { INPUT, FORGET, CELL, OUTPUT, GATES };

// size: bytes of an activation.
static inline int check_lstm(const mite_check_t *check, const mite_lstm_t *r, uint32_t size) {
    const uint32_t most = 1 << 15; // of each number: then no product below leaves 32 bits
    if (!mite_check_value(check, r->batches && r->batches < most && r->steps && r->steps < most, r->batches, r->steps)
        || !mite_check_value(check, r->inputs && r->inputs < most && r->units && r->units < 1 << 13, r->inputs, r->units)) {
        return 0;
    }
    for (int gate = 0; gate < GATES; gate++) {
        if (!mite_check_shift(check, r->input_shift[gate]) || !mite_check_shift(check, r->hidden_shift[gate])) {
            return 0;
        }
    }
    uint32_t states = mite_check_product(r->batches, r->units);
    return mite_check_shift(check, r->forget_shift) && mite_check_shift(check, r->update_shift) && mite_check_shift(check, r->output_shift)
        && mite_check_value(check, r->tanh_shift < 31 && r->cell_clip >= 0, r->tanh_shift, (uint32_t)r->cell_clip)
        && check_sequence(check, r->batches, r->steps, r->input, r->input_strides, size * r->inputs, size, MITE_READ)
        && check_sequence(check, r->batches, r->steps, r->output, r->output_strides, size * r->units, size, MITE_WRITE)
        && mite_check_items(check, r->hidden, states, size, MITE_WRITE)
        && mite_check_items(check, r->cell, states, 2, MITE_WRITE)
        && mite_check_range(check, r->weights, mite_check_product(GATES * r->units, 8 + r->inputs + r->units), 4, MITE_READ)
        && mite_check_range(check, r->table, 2 * MITE_SIGMOID_ENTRIES, 2, MITE_READ)
        && mite_check_value(check, r->scratch_bytes >= 2 * GATES * r->units, r->scratch_bytes, 2 * GATES * r->units)
        && mite_check_range(check, r->scratch, r->scratch_bytes, 4, MITE_WRITE);
}

static inline int16_t clamp16(int32_t value) {
    return (int16_t)mite_quant_clamp(value, INT16_MIN, INT16_MAX);
}

static inline int32_t dot(const int8_t *a, const int8_t *b, uint32_t count, int32_t sum) {
    for (; count; count--) {
        sum += *a++ * *b++;
    }
    return sum;
}

// The gates' values into scratch memory. size: bytes of an activation, a constant where this is called.
static inline void gates(const mite_model_t *model, const mite_lstm_t *r, const void *in, const void *hidden, uint32_t size) {
    uint32_t biases = GATES * r->units;
    // Of int8 the bias of either product, of int16 the lower and upper halves of one.
    const int32_t *bias = (const int32_t *)(const void *)mite_ref(model, r->weights);
    const int8_t *input_row = (const int8_t *)(bias + 2 * biases), *hidden_row = input_row + biases * r->inputs;
    const uint16_t *table = (const uint16_t *)(const void *)mite_ref(model, r->table);
    int16_t *gate = (int16_t *)(void *)mite_ref(model, r->scratch);
    for (int g = 0; g < GATES; g++) {
        for (uint32_t u = 0; u < r->units; u++, bias++, input_row += r->inputs, hidden_row += r->units) {
            int32_t a, b;
            if (size == 1) {
                a = mite_quant_scale(dot(input_row, in, r->inputs, bias[0]), r->input_multiplier[g], r->input_shift[g]);
                b = mite_quant_scale(dot(hidden_row, hidden, r->units, bias[biases]), r->hidden_multiplier[g], r->hidden_shift[g]);
            } else {
                int64_t start = (int64_t)((uint64_t)(uint32_t)bias[biases] << 32 | (uint32_t)bias[0]);
                a = mite_quant_scale_wide(start + mite_dot_s16(in, 1, input_row, (int32_t)r->inputs), r->input_multiplier[g], r->input_shift[g]);
                b = mite_quant_scale_wide(mite_dot_s16(hidden, 1, hidden_row, (int32_t)r->units), r->hidden_multiplier[g], r->hidden_shift[g]);
            }
            int32_t x = clamp16(clamp16(a) + clamp16(b));
            *gate++ = g == CELL ? mite_sigmoid_tanh(table, 3 * x) : mite_sigmoid_logistic(table, 3 * x);
        }
    }
}

static inline void step(const mite_model_t *model, const mite_lstm_t *r, const void *in, void *hidden, int16_t *cell, uint32_t size) {
    const uint16_t *table = (const uint16_t *)(const void *)mite_ref(model, r->table);
    const int16_t *gate = (const int16_t *)(const void *)mite_ref(model, r->scratch);
    gates(model, r, in, hidden, size);
    int32_t half = r->tanh_shift ? 1 << (r->tanh_shift - 1) : 0;
    for (uint32_t u = 0; u < r->units; u++) {
        int32_t kept = clamp16(mite_quant_scale(gate[FORGET * r->units + u] * cell[u], r->forget_multiplier, r->forget_shift));
        int32_t update = gate[INPUT * r->units + u] * gate[CELL * r->units + u];
        int32_t c = clamp16(kept + clamp16(mite_quant_scale(update, r->update_multiplier, r->update_shift)));
        if (r->cell_clip) {
            c = mite_quant_clamp(c, -r->cell_clip, r->cell_clip);
        }
        cell[u] = (int16_t)c;
        int32_t h = mite_sigmoid_tanh(table, (c * r->tanh_multiplier + half) >> r->tanh_shift) * gate[OUTPUT * r->units + u];
        h = mite_quant_scale(h, r->output_multiplier, r->output_shift) + r->output_zero_point;
        if (size == 1) {
            ((int8_t *)hidden)[u] = (int8_t)mite_quant_clamp(h, INT8_MIN, INT8_MAX);
        } else {
            ((int16_t *)hidden)[u] = clamp16(h);
        }
    }
}

static inline void run_lstm(const mite_model_t *model, const mite_lstm_t *r, uint32_t size) {
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output), *hidden = mite_ref(model, r->hidden);
    int16_t *cell = (int16_t *)(void *)mite_ref(model, r->cell);
    for (uint32_t b = 0; b < r->batches; b++, hidden += size * r->units, cell += r->units) {
        for (uint32_t s = 0; s < r->steps; s++) {
            step(model, r, in + b * r->input_strides[0] + s * r->input_strides[1], hidden, cell, size);
            memmove(out + b * r->output_strides[0] + s * r->output_strides[1], hidden, size * r->units);
        }
    }
}

#endif
