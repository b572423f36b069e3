// Weights of four bits.
#ifndef MITE_INT4_H
#define MITE_INT4_H

#include <stdint.h>

// Spreads `bytes` bytes, two numbers each and the lower half first, to int8.
static inline void int4_spread(const uint8_t *from, int8_t *to, int32_t bytes) {
    for (; bytes; bytes--, from++, to += 2) {
        to[0] = (int8_t)((int8_t)(*from << 4) >> 4);
        to[1] = (int8_t)((int8_t)*from >> 4);
    }
}

#endif
