// The reference's logistic function and hyperbolic tangent of 16-bit numbers: a table with a straight line between its entries.
#ifndef MITE_SIGMOID_H
#define MITE_SIGMOID_H

#include <stdint.h>

enum { MITE_SIGMOID_ENTRIES = 256 }; // u16: the logistic function of i / 24, times 65536

// The table between two entries, `bits` bits apart; beyond its end what is left of 1.
static inline uint32_t mite_sigmoid_between(const uint16_t *table, uint32_t x, uint32_t bits, uint32_t end) {
    uint32_t i = x >> bits, rest = x & ((1u << bits) - 1);
    return i >= MITE_SIGMOID_ENTRIES - 1 ? end : ((uint32_t)table[i] << bits) + rest * (uint32_t)(table[i + 1] - table[i]);
}

// 1 / (1 + exp(-x)) in Q0.15, of x with 512 steps from one entry to the next.
static inline int16_t mite_sigmoid_logistic(const uint16_t *table, int32_t x) {
    uint32_t y = mite_sigmoid_between(table, x < 0 ? -(uint32_t)x : (uint32_t)x, 9, 0x7fffu << 10);
    y = x >= 0 ? y + (1 << 9) : (1u << 25) - y + (1 << 9) - 1;
    return (int16_t)(y >> 10);
}

// tanh(x) = 2 * logistic(2 * x) - 1 in Q0.15, of x with 256 steps from one entry to the next.
static inline int16_t mite_sigmoid_tanh(const uint16_t *table, int32_t x) {
    int32_t y = (int32_t)mite_sigmoid_between(table, x < 0 ? -(uint32_t)x : (uint32_t)x, 8, 0xffffu << 8) - (1 << 23);
    y = x >= 0 ? y + (1 << 7) : -y + (1 << 7) - 1;
    return (int16_t)(y >> 8);
}

#endif
