// The convolutions' kernels: what they work on. A kernel trusts all of it; the op's check has seen to that.
#ifndef MITE_CONV_H
#define MITE_CONV_H

#include <stdint.h>

// How accumulators become outputs. `scale_step` is 0 where all channels share one multiplier and shift, else 1.
typedef struct {
    const int32_t *bias; // zero-point term folded in
    const int32_t *multiplier;
    const int8_t *shift;
    int32_t scale_step;
    int32_t zero_point, min, max; // of the output
} mite_requant_t;

typedef struct {
    const int8_t *input;  // [batches, in_h, in_w, in_c]
    const int8_t *filter; // as the op's record says
    int8_t *output;       // [batches, out_h, out_w, out_c]
    mite_requant_t requant;
    int32_t batches, in_h, in_w, in_c, out_h, out_w, out_c;
    int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
    int32_t input_zero_point; // what a tap outside of the picture reads
    int32_t groups;           // CONV_2D
    int32_t multiplier;       // DEPTHWISE_CONV_2D: outputs for each input channel
} mite_conv_t;

typedef struct {
    const int8_t *input;  // [batches, depth]
    const int8_t *filter; // [outputs, depth padded to a multiple of 4]
    int8_t *output;       // [batches, outputs]
    mite_requant_t requant;
    int32_t batches, depth, outputs;
} mite_dense_t;

#endif
