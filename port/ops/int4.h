// Weights of four bits.
#ifndef MITE_INT4_H
#define MITE_INT4_H

#include <stdint.h>

static inline int8_t int4_low(uint8_t byte) {
    return (int8_t)((int8_t)(byte << 4) >> 4);
}

static inline int8_t int4_high(uint8_t byte) {
    return (int8_t)((int8_t)byte >> 4);
}

// Spreads `bytes` bytes, two numbers each and the lower half first, to int8.
static inline void int4_spread(const uint8_t *from, int8_t *to, int32_t bytes) {
    for (; bytes; bytes--, from++, to += 2) {
        to[0] = int4_low(*from);
        to[1] = int4_high(*from);
    }
}

#endif
