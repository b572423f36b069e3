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
    void *scratch;            // at a multiple of 4
    int32_t scratch_bytes;    // at least what mite_scratch() says
    int32_t bounded;          // no accumulator leaves +-2^30, no shift is above 0
} mite_conv_t;

// Output pixels that a convolution kernel may work on together: it reads all that they need before it writes the first of
// their outputs, and goes through the picture row by row. The planner lets an output overlap its input on the strength of that.
enum { MITE_CONV_TILE = 4, MITE_CONV_TILE_LEAST = 3 };

// Bytes of scratch for a tile: its taps as int16 for each pixel, and one row of taps as int8 where channels do not come in fours.
// taps: of one output, a multiple of 4; channels: input channels of a group.
static inline int32_t mite_conv_scratch_bytes(int32_t taps, int32_t channels, int32_t pixels) {
    return 2 * taps * pixels + (channels % 4 ? taps : 0);
}

static inline int32_t mite_conv_column_bytes(int32_t taps) {
    return 2 * taps;
}

typedef struct {
    const int8_t *input;  // [batches, depth]
    const int8_t *filter; // [outputs, depth padded to a multiple of 4]
    int8_t *output;       // [batches, outputs]
    mite_requant_t requant;
    int32_t batches, depth, outputs;
} mite_dense_t;

#endif
