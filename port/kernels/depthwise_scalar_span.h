// What a small picture's windows have of it (depthwise_scalar_small.h).
#ifndef MITE_DEPTHWISE_SCALAR_SPAN_H
#define MITE_DEPTHWISE_SCALAR_SPAN_H

#include <stdint.h>

enum {
    SMALL_SIDE = 12,  // outputs, the most in a row or column
    SMALL_STACK = 64, // words for pixels and weights where scratch memory has no room for them
    SMALL_ROW = 8,    // words from a row of weights to the next, and so the widest kernel
};

// Of the windows of a row or column of outputs: how many rows or columns of taps lie in the picture, and where the first pixel and the first
// weight of them are, in bytes.
typedef struct {
    int32_t taps, x, w;
} small_span_t;

#endif
