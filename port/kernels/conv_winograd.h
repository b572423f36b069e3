// 3x3 convolutions with stride 1 by Winograd's F(2x2, 3x3): four outputs of a tile take 16 multiplications, not 36 (S. Winograd, Arithmetic
// Complexity of Computations, 1980; A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015). All in whole numbers, and
// exact: of  Y = A' [(G g G') . (B' d B)] A  the host has computed U = (2G) g (2G)', which fits int16, so the sums here are four times those
// of the convolution, and end in two zero bits. They may wrap around in between.
//
// The inputs of four tiles side by side become 16 matrices V of channels x tiles; for each pair of output channels 16 products with its rows
// of U are summed over the channels, and become 2 x 4 tiles of 2 x 2 outputs.
//
// Before it is included: word(), the four channels of a pixel at any address; even() and odd(), bytes 0 and 2 of a word, or 1 and 3, as two int16
// halves; sum(), difference() of halves; winograd_across(), winograd_products() and winograd_outputs(), each the innermost loop of a step; and
// winograd_scale_t, made by winograd_scale(), which turns four times a sum into an output.
#ifndef MITE_CONV_WINOGRAD_H
#define MITE_CONV_WINOGRAD_H

#include "conv.h"

// Each step for itself: in one function there would not be registers enough.
#if defined(__GNUC__)
#define WINOGRAD_STEP __attribute__((noinline)) static void
#else
#define WINOGRAD_STEP static void
#endif

enum { WINOGRAD_TILES = 4, WINOGRAD_POSITIONS = 16, WINOGRAD_COLUMNS = 2 * WINOGRAD_TILES + 2 };

// int32 sums [position][channel of the pair][tile], which lie behind V in scratch memory.
static inline int32_t *winograd_sums(const mite_conv_t *p) {
    return (int32_t *)p->scratch + WINOGRAD_POSITIONS * WINOGRAD_TILES / 2 * p->in_c;
}

// The pixels under four tiles, from (top, left) on: of ten columns four words of four channels, 8 words from column to column.
WINOGRAD_STEP winograd_gather(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, int32_t *to) {
    int32_t outside = (int32_t)(0x01010101u * (uint8_t)p->input_zero_point);
    for (int32_t y = top; y < top + 4; y++, to -= 8 * WINOGRAD_COLUMNS - 1) {
        const int8_t *at = picture + (y * p->in_w + left) * p->in_c;
        uint32_t columns = (uint32_t)y < (uint32_t)p->in_h ? (uint32_t)p->in_w : 0;
        for (int32_t x = left; x < left + WINOGRAD_COLUMNS; x++, at += p->in_c, to += 8) {
            *to = (uint32_t)x < columns ? word(at) : outside;
        }
    }
}

// B' from above: words of four channels become 4 rows of channels 0 and 2, and of 1 and 3.
WINOGRAD_STEP winograd_down(int32_t *column) {
    for (int32_t i = 0; i < WINOGRAD_COLUMNS; i++, column += 8) {
        int32_t a = column[0], b = column[1], c = column[2], d = column[3], e = even(b), f = even(c);
        column[0] = difference(even(a), f);
        column[1] = sum(e, f);
        column[2] = difference(f, e);
        column[3] = difference(e, even(d));
        e = odd(b), f = odd(c);
        column[4] = difference(odd(a), f);
        column[5] = sum(e, f);
        column[6] = difference(f, e);
        column[7] = difference(e, odd(d));
    }
}

// V of the four tiles whose first pixel is (top, left): words [position][pair of channels][tile].
WINOGRAD_STEP winograd_inputs(const mite_conv_t *p, int32_t top, int32_t left) {
    int32_t *columns = winograd_sums(p), *v = p->scratch;
    for (int32_t c = 0; c < p->in_c; c += 4, v += 2 * WINOGRAD_TILES) {
        winograd_gather(p, p->input + c, top, left, columns);
        winograd_down(columns);
        winograd_across(columns, v, WINOGRAD_TILES / 2 * p->in_c);
        winograd_across(columns + 4, v + WINOGRAD_TILES, WINOGRAD_TILES / 2 * p->in_c);
    }
}

// Four tiles, all channels. A row or a column outside of the picture is written where the one before it belongs, and that one after it.
WINOGRAD_STEP winograd_tiles(const mite_conv_t *p, int8_t *out, int32_t rows, int32_t columns) {
    const int32_t *u = (const int32_t *)p->filter;
    int32_t *sums = winograd_sums(p), down = rows > 1 ? p->out_w * p->out_c : 0;
    for (int32_t c = 0; c < p->out_c; c += 2, u += WINOGRAD_POSITIONS * p->in_c) {
        winograd_products(u, p->scratch, sums, p->in_c / 2);
        for (int32_t i = 0; i < 2; i++) {
            winograd_scale_t scale = winograd_scale(&p->requant, c + i);
            const int32_t *from = sums + WINOGRAD_TILES * i;
            int8_t *to = out + c + i;
            for (int32_t left = columns; left > 0; left -= 2, to += 2 * p->out_c) {
                winograd_outputs(from++, &scale, to, down, left > 1 ? p->out_c : 0);
            }
        }
    }
}

// One picture: p->batches is 1.
WINOGRAD_STEP winograd_run(const mite_conv_t *p) {
    int8_t *out = p->output;
    for (int32_t y = 0; y < p->out_h; y += 2, out += 2 * p->out_w * p->out_c) {
        for (int32_t x = 0; x < p->out_w; x += 2 * WINOGRAD_TILES) {
            winograd_inputs(p, y - p->pad_top, x - p->pad_left);
            winograd_tiles(p, out + x * p->out_c, p->out_h - y, mite_quant_min(p->out_w - x, 2 * WINOGRAD_TILES));
        }
    }
}

#endif
