// The pooling kernels: what they work on.
#ifndef MITE_POOL_H
#define MITE_POOL_H

#include <stdint.h>

typedef struct {
    const int8_t *input; // [batches, in_h, in_w, channels]
    int8_t *output;      // [batches, out_h, out_w, channels]
    int32_t batches, in_h, in_w, channels, out_h, out_w;
    int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
    int32_t min, max; // fused activation
} mite_pool_t;

#endif
