// 3x3 depthwise convolution with stride 2, from the picture itself: two thirds of what an output needs no other needs, so that a plane of
// int16 would cost more than it saves. Three rows are read; where the kernel's first or last lies outside, it has the nearest three rows,
// its own rows that are inside, and weights of 0.
//
// An output is written behind the bytes of its channel that are read after it, even where it lies exactly over the input: output (y, x) is
// element y * out_w + x, and from then on elements from (2 * y - 1) * in_w + 2 * x + 1 on (in row 0 from 2 * x + 1 on) are read.
#ifndef MITE_DEPTHWISE_DSP_STRIDE2_H
#define MITE_DEPTHWISE_DSP_STRIDE2_H

#include "depthwise_dsp_3x3.h"

// What the assembly works with; r0 points to `middle`. Weights and biases are doubled (see dsp_requant).
typedef struct {
    int32_t bias;
    int32_t sides[3];       // by row: tap 0, and tap 2 above it
    int32_t middle[2];      // r0: tap 1 of rows 0 and 1; of row 2, and above it the bytes from output to output
    int32_t multiplier;     // 8
    int32_t add;            // 12
    int32_t left;           // 16: a row's first bias, where its tap 0 lies outside
    int32_t right;          // 20: what the last tap 2 adds, where it lies outside
    const int8_t *x;        // 24: the first tap of a row that is inside
    int8_t *out;            // 28: where the output before a row's first would be
    int32_t shift_and_turns; // 32: the shift to the right in the lowest byte, above it the outputs of a row less one
    int32_t rows;           // 36
    int32_t next_x;         // 40: bytes from row of outputs to row of outputs in the input
    int32_t next_out;       // 44: and in the output
    int32_t row;            // 48: bytes from row to row of the input
    int32_t pixel;          // 52: and from pixel to pixel
    int32_t late;           // 56: does tap 0 of the first output lie outside?
    int32_t outside;        // 60: does tap 2 of the last?
} depthwise_stride2_t;

// r1 input, r2 row, r3 pixel, r4 a tap, r5 output, r6 shift_and_turns, r7 multiplier, r8 what is added, r9 the sum that ends in a column,
// r10 the one that begins, r11, r12 and lr weights.
#define ROWS_STRIDE2(REQUANT) \
    "push {r4-r11, lr}\n" \
    "adds r0, #16\n" \
    "ldrd r7, r8, [r0, #8]\n" \
    "ldrd r2, r3, [r0, #48]\n" \
    "1: ldrd r1, r5, [r0, #24]\n" \
    "ldr r6, [r0, #32]\n" \
    "ldr r4, [r0, #56]\n" \
    "ldr r10, [r0, #16]\n" \
    "cmp r4, #0\n" \
    "bne 3f\n" \
    "ldmdb r0, {r10, r11, r12, lr}\n" \
    "ldrsb r4, [r1]\n" \
    "smlabb r10, r4, r11, r10\n" \
    "ldrsb r4, [r1, r2]\n" \
    "smlabb r10, r4, r12, r10\n" \
    "ldrsb r4, [r1, r2, lsl #1]\n" \
    "smlabb r10, r4, lr, r10\n" \
    "add r1, r1, r3\n" \
    "b 3f\n" \
    "2: ldmdb r0, {r10, r11, r12, lr}\n" \
    "ldrsb r4, [r1]\n" \
    "smlabt r9, r4, r11, r9\n" \
    "smlabb r10, r4, r11, r10\n" \
    "ldrsb r4, [r1, r2]\n" \
    "smlabt r9, r4, r12, r9\n" \
    "smlabb r10, r4, r12, r10\n" \
    "ldrsb r4, [r1, r2, lsl #1]\n" \
    "smlabt r9, r4, lr, r9\n" \
    "smlabb r10, r4, lr, r10\n" \
    "add r1, r1, r3\n" REQUANT \
    "asr r9, r9, r6\n" \
    "ssat r9, #8, r9\n" \
    "strb r9, [r5]\n" \
    "3: ldrd r11, r12, [r0]\n" \
    "ldrsb r4, [r1]\n" \
    "smlabb r10, r4, r11, r10\n" \
    "ldrsb r4, [r1, r2]\n" \
    "smlabt r10, r4, r11, r10\n" \
    "ldrsb r4, [r1, r2, lsl #1]\n" \
    "smlabb r9, r4, r12, r10\n" \
    "add r1, r1, r3\n" \
    "add r5, r5, r12, lsr #16\n" \
    "subs r6, r6, #256\n" \
    "bhs 2b\n" \
    "ldrd r4, r12, [r0, #56]\n" \
    "cmp r12, #0\n" \
    "beq 4f\n" \
    "ldr r4, [r0, #20]\n" \
    "add r9, r9, r4\n" \
    "b 5f\n" \
    "4: ldmdb r0, {r10, r11, r12, lr}\n" \
    "ldrsb r4, [r1]\n" \
    "smlabt r9, r4, r11, r9\n" \
    "ldrsb r4, [r1, r2]\n" \
    "smlabt r9, r4, r12, r9\n" \
    "ldrsb r4, [r1, r2, lsl #1]\n" \
    "smlabt r9, r4, lr, r9\n" \
    "5:\n" REQUANT \
    "asr r9, r9, r6\n" \
    "ssat r9, #8, r9\n" \
    "strb r9, [r5]\n" \
    "ldrd r1, r5, [r0, #24]\n" \
    "ldrd r9, r10, [r0, #40]\n" \
    "ldr r4, [r0, #36]\n" \
    "add r1, r1, r9\n" \
    "add r5, r5, r10\n" \
    "strd r1, r5, [r0, #24]\n" \
    "subs r4, #1\n" \
    "str r4, [r0, #36]\n" \
    "bne 1b\n" \
    "pop {r4-r11, pc}\n"

#define ROWS(NAME, CODE) \
    static __attribute__((naked, noinline)) void NAME(depthwise_stride2_t *block __attribute__((unused))) { \
        __asm volatile(CODE); \
    }
ROWS(rows3x3_stride2_linear, ROWS_STRIDE2("add lr, r8, r9, asr #31\n smmlar r9, r9, r7, lr\n"))
ROWS(rows3x3_stride2_relu, ROWS_STRIDE2("smmlar r9, r9, r7, r8\n"))
#undef ROWS
#undef ROWS_STRIDE2

DEPTHWISE_SMALL int stride2_fits(const mite_conv_t *p) {
    return p->kernel_h == 3 && p->kernel_w == 3 && p->stride_h == 2 && p->stride_w == 2 && p->pad_top <= 1 && p->pad_left <= 1 && p->in_h >= 3
        && 2 * p->out_w - p->pad_left <= p->in_w && 2 * p->out_h - p->pad_top <= p->in_h
        && (dsp_mode(&p->requant) == DSP_RELU || all_shift(&p->requant, p->out_c));
}

// Doubled weights of a kernel row: tap 0, and tap 2 above it; tap 1, and above it the bytes from output to output.
typedef struct {
    int32_t sides, middle;
} stride2_taps_t;

// `count` rows of outputs with these weights of the three rows of input, from where the block is.
static __attribute__((noinline)) void stride2_rows(depthwise_stride2_t *block, const mite_conv_t *p, const stride2_taps_t *taps, int32_t bias, int32_t count) {
    int32_t zero = p->input_zero_point, sum = dsp_sum(dsp_sum(taps[0].sides, taps[1].sides), taps[2].sides);
    block->bias = bias;
    block->left = bias + zero * (int16_t)sum;
    block->right = zero * (sum >> 16);
    for (int i = 0; i < 3; i++) {
        block->sides[i] = taps[i].sides;
    }
    block->middle[0] = low_halves(taps[0].middle, taps[1].middle);
    block->middle[1] = taps[2].middle;
    block->rows = count;
    dsp_mode(&p->requant) == DSP_RELU ? rows3x3_stride2_relu(block) : rows3x3_stride2_linear(block);
}

// What a kernel row outside of the picture adds.
static inline int32_t stride2_outside(const mite_conv_t *p, stride2_taps_t taps) {
    return p->input_zero_point * ((int16_t)taps.sides + (taps.sides >> 16) + (int16_t)taps.middle);
}

DEPTHWISE_SMALL void stride2(const mite_conv_t *p) {
    depthwise_stride2_t block;
    int32_t step = p->out_c, below = 2 * p->out_h - p->pad_top == p->in_h, inside = p->out_h - p->pad_top - below;
    stride2_taps_t taps[5]; // those of the kernel, and none on either side
    taps[0].sides = taps[4].sides = 0;
    taps[0].middle = taps[4].middle = (int32_t)((uint32_t)step << 16);
    block.row = p->in_w * p->in_c;
    block.next_x = 2 * block.row;
    block.next_out = p->out_w * step;
    block.pixel = p->in_c;
    block.late = p->pad_left;
    block.outside = 2 * p->out_w - p->pad_left == p->in_w;
    for (int32_t b = 0; b < p->batches; b++) {
        const int32_t *packed = p->requant.packed;
        for (int32_t c = 0; c < step; c++, packed += 2 * p->requant.scale_step) {
            dsp_scale_t scale = dsp_scale(packed[0], packed[1], 2 * p->requant.zero_point + 1);
            int32_t bias = 2 * mite_requant_bias(&p->requant, c);
            const int8_t *tap = p->filter + c;
            for (stride2_taps_t *to = taps + 1; to < taps + 4; to++, tap += 3 * step) {
                to->sides = dsp_twice(low_halves(tap[0], tap[2 * step]));
                to->middle = low_halves(2 * tap[step], step);
            }
            block.multiplier = scale.multiplier;
            block.add = scale.add;
            block.shift_and_turns = scale.shift | (p->out_w - 1) << 8;
            block.x = p->input + b * p->in_h * block.row + c;
            block.out = p->output + (b * p->out_h * p->out_w - 1) * step + c;
            // Where the kernel's first or last row is outside the three rows lie one further down or up.
            if (p->pad_top) {
                stride2_rows(&block, p, taps + 2, bias + stride2_outside(p, taps[1]), 1);
                block.x -= block.row;
            }
            if (inside > 0) {
                stride2_rows(&block, p, taps + 1, bias, inside);
            }
            if (below) {
                block.x -= block.row;
                stride2_rows(&block, p, taps, bias + stride2_outside(p, taps[3]), 1);
            }
        }
    }
    mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c);
}

#endif
