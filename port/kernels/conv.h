// The convolutions' kernels: what they work on. A kernel trusts all of it; the op's check has seen to that.
#ifndef MITE_CONV_H
#define MITE_CONV_H

#include <stdint.h>

#include "quant.h"

// How accumulators become outputs. Biases have the zero-point term folded in.
typedef struct {
    const int32_t *packed; // NULL, or proven: no sum leaves +-2^30. For each channel multiplier, then bias << 5 | right shift;
                           // where channels share them multiplier, right shift, and the biases apart
    const int32_t *bias, *multiplier;
    const int8_t *shift;
    int32_t scale_step;           // 0 where all channels share one multiplier and shift, else 1
    int32_t zero_point, min, max; // of the output
} mite_requant_t;

static inline int32_t mite_requant_bias(const mite_requant_t *r, int32_t channel) {
    return r->packed && r->scale_step ? r->packed[2 * channel + 1] >> 5 : r->bias[channel];
}

// The output of a channel whose sum, bias and all, is `sum`.
int8_t mite_requant_output(const mite_requant_t *r, int32_t channel, int32_t sum);

// Brings outputs that are only held to int8 into the op's bounds.
void mite_requant_bound(const mite_requant_t *r, int8_t *outputs, int32_t count);

typedef struct {
    const int8_t *input;  // [batches, in_h, in_w, in_c]
    const int8_t *filter; // as the op's record says
    int8_t *output;       // [batches, out_h, out_w, out_c]
    mite_requant_t requant;
    int32_t batches, in_h, in_w, in_c, out_h, out_w, out_c;
    int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
    int32_t input_zero_point; // what a tap outside of the picture reads
    int32_t groups, parts;    // CONV_2D; parts: as the record says
    int32_t multiplier;       // DEPTHWISE_CONV_2D: outputs for each input channel
    void *scratch;            // at a multiple of 4
    int32_t scratch_bytes;    // at least what mite_scratch() says
} mite_conv_t;

// Output pixels that scratch memory is given for: a convolution kernel works on a few together (here so many, or more where their taps
// are smaller), reads all that they need before it writes the first of their outputs, and goes through the picture row by row. The
// planner lets an output overlap its input on the strength of that; with more than one group it does not. What of the output is not
// written yet may hold anything, as far as no input lies there that is still to be read.
enum { MITE_CONV_TILE = 5, MITE_CONV_TILE_LEAST = 3 };

// Bytes of scratch for a tile: its taps as int16 for each pixel, and one row of taps as int8 where channels do not come in fours.
// taps: of one output, a multiple of 4; channels: input channels of a group.
static inline int32_t mite_conv_scratch_bytes(int32_t taps, int32_t channels, int32_t pixels) {
    return 2 * taps * pixels + (channels % 4 ? taps : 0);
}

// Of convolutions with one tap a channel and at least so many channels, kernels have the last eight taps of three pixels elsewhere if need be.
enum { MITE_CONV_APART = 8, MITE_CONV_APART_LEAST = 24 };

static inline int32_t mite_conv_column_bytes(int32_t taps) {
    return 2 * taps;
}

// A depthwise kernel's scratch memory: for each channel that it works on together a plane of the rows under the kernel as int16, and
// the weights in pairs.
typedef struct {
    int32_t pairs;       // words of a kernel row's weights
    int32_t words;       // of a plane's row
    int32_t plane_words; // words * kernel rows
    int32_t weight_words;
} mite_dw_plan_t;

static inline mite_dw_plan_t mite_dw_plan(int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t out_w) {
    mite_dw_plan_t plan;
    // With stride 1 two neighbours share their words: their taps may begin in the middle of the first.
    plan.pairs = stride_w == 1 ? (kernel_w + 2) / 2 : (kernel_w + 1) / 2;
    plan.words = (stride_w == 1 ? (out_w + 1) / 2 : out_w) + plan.pairs - 1;
    plan.plane_words = plan.words * kernel_h;
    plan.weight_words = (2 * kernel_h - 1) * plan.pairs * (stride_w == 1 ? 2 : 1);
    if (kernel_h == 3 && kernel_w == 3) {
        plan.weight_words = 5 * 2;
    }
    return plan;
}

static inline int32_t mite_dw_scratch_bytes(const mite_dw_plan_t *plan, int32_t channels) {
    return 4 * channels * (plan->plane_words + plan->weight_words);
}

// Channels that planes of all rows are asked for: two are read together. A plane's rows and words are each bounded, so that sizes fit.
enum { MITE_DW_LANES = 2, MITE_DW_MOST = 2048 };

// Input rows under `outputs` rows of outputs.
static inline int32_t mite_dw_rows(int32_t kernel_h, int32_t stride_h, int32_t outputs) {
    return (outputs - 1) * stride_h + kernel_h;
}

// What SMLAD's kernel makes use of: planes of all rows, so that it reads all of its channels before it writes the first output of theirs.
static inline int32_t mite_dw_scratch_whole(const mite_dw_plan_t *plan, int32_t kernel_h, int32_t stride_h, int32_t out_h) {
    int32_t rows = mite_dw_rows(kernel_h, stride_h, out_h);
    return rows <= MITE_DW_MOST && plan->words <= MITE_DW_MOST ? 4 * MITE_DW_LANES * (plan->words * rows + plan->weight_words) : 0;
}

// Enough for every kernel to work on one channel at a time: a plane and its weights in pairs, or each number a word of its own.
static inline int32_t mite_dw_scratch_least(const mite_dw_plan_t *plan, int32_t kernel_h, int32_t kernel_w, int32_t stride_w,
                                            int32_t out_w) {
    int32_t words = kernel_h * ((out_w - 1) * stride_w + kernel_w) + kernel_h * kernel_w;
    return mite_quant_max(mite_dw_scratch_bytes(plan, 1), mite_quant_min(4 * words, mite_dw_scratch_bytes(plan, 2)));
}

// As much as any kernel makes use of: four channels of planes as above, or, with Helium, eight of planes of bytes, whose columns may have a
// byte and whose rows some columns more than the windows.
static inline int32_t mite_dw_scratch_most(const mite_dw_plan_t *plan, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t out_w) {
    int32_t columns = (out_w - 1) * stride_w + kernel_w + 7, rows = kernel_h == 3 ? 4 : kernel_h, weights = (kernel_h * kernel_w + 15) & ~15;
    return mite_quant_max(mite_dw_scratch_bytes(plan, 4), 8 * (((columns * rows + 3) & ~3) + weights));
}

typedef struct {
    const int8_t *input;  // [batches, depth]
    const int8_t *filter; // [outputs, depth padded to a multiple of 4], rows a and b in pairs: for every 4 taps
                          // a0 b0 a2 b2 a1 b1 a3 b3, with 128 added to those of a; a last row without a partner as it is
    int8_t *output;       // [batches, outputs]
    mite_requant_t requant;
    int32_t batches, depth, outputs;
} mite_dense_t;

// Bytes of a row; the rows of output `o`, if it is even, begin at o times that.
static inline int32_t mite_dense_row(const mite_dense_t *p) {
    return (p->depth + 3) & ~3;
}

// A weight, for those who are not in a hurry.
static inline int8_t mite_dense_weight(const mite_dense_t *p, int32_t output, int32_t tap) {
    const int8_t *rows = p->filter + (output & ~1) * mite_dense_row(p);
    if (output == (p->outputs & ~1)) { // the last one, without a partner
        return rows[tap];
    }
    int8_t stored = rows[2 * (tap & ~3) + 4 * (tap & 1) + (tap & 2) + (output & 1)];
    return output & 1 ? stored : (int8_t)(stored ^ INT8_MIN);
}

#endif
