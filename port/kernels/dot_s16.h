// The product of int16 numbers and int8 weights, plainly.
#ifndef MITE_DOT_S16_H
#define MITE_DOT_S16_H

#include <stdint.h>

#include "quant.h"

// step: from one number of x to the next.
static inline int64_t mite_dot_s16(const int16_t *x, int32_t step, const int8_t *weights, int32_t count) {
    int64_t total = 0;
    while (count) {
        // So many products of 2^22 at the most fit 32 bits.
        int32_t some = mite_quant_min(count, 256), sum = 0;
        count -= some;
        for (; some; some--, x += step) {
            sum += *x * *weights++;
        }
        total += sum;
    }
    return total;
}

#endif
