// Convolution with kernels wider than one tap, for cores with SMLAL: a row of outputs times a row of weights as numbers of several digits
// (conv_rows_sums.h). The pixels under a tile of outputs are laid down in words of two, for each input channel; every output channel's
// weights are packed likewise and meet all of them.
//
// A tile is part of a row of outputs or some whole rows. Memory for it is the op's scratch memory, or what of the output is not
// written yet, as far as no input that is still to be read lies there.
#ifndef MITE_CONV_ROWS_H
#define MITE_CONV_ROWS_H

#include "conv.h"

// Left out where code must be small.
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 2 && !defined(__ARM_FEATURE_MVE) && !defined(__OPTIMIZE_SIZE__)

#include <stddef.h>

#include "conv_rows_plan.h"
#include "conv_rows_sums.h"

#if defined(__ARM_FEATURE_DSP)
#include "dsp.h"
#else
#include "scalar.h"
#endif

enum { ROWS_MEMORY = 1 << 20, ROWS_TOGETHER = 16 };

// A step of a kernel row: its first tap (others follow `stride_w` apart), and whether that has a word to itself, where other words have two
// taps, and whether there are two words.
typedef uint8_t rows_unit_t;
enum { ROWS_TAP = 15, ROWS_ALONE = 16, ROWS_CHAIN = 32 };

typedef struct {
    const mite_conv_t *p;
    mite_rows_plan_t plan;
    rows_unit_t unit[ROWS_WIDEST];
    int32_t units;
    int32_t chains, singles; // of a channel's weights
} rows_shape_t;

// Memory for pixels, and the blocks whose pixels lie there: of each row some of three positions, then some of two.
typedef struct {
    int32_t *pixels;
    int32_t blocks3, blocks2;
} rows_segment_t;

// What lies in memory for a tile, and where its outputs go.
typedef struct {
    int32_t *weights;
    const int8_t *picture;
    int8_t *out;
    int32_t row, column;   // of the first output
    int32_t rows, outputs; // of each row
    int32_t blocks3, blocks2; // in both segments
    rows_segment_t segment[2]; // in scratch memory, and behind the outputs
} rows_tile_t;

// The steps of a kernel row: of each class of taps that meet the same pixels an odd one first, then chains, then what is left.
static void rows_steps(rows_shape_t *s) {
    const mite_conv_t *p = s->p;
    s->units = 0;
    for (int32_t class = 0; class < p->stride_w && class < p->kernel_w; class++) {
        int32_t taps = (p->kernel_w - class + p->stride_w - 1) / p->stride_w, tap = class;
        while (taps > 0) {
            int32_t some = (taps > 2 ? 4 : 2) - taps % 2;
            s->unit[s->units++] = (rows_unit_t)(tap | (taps % 2 ? ROWS_ALONE : 0) | (taps > 2 ? ROWS_CHAIN : 0));
            tap += some * p->stride_w;
            taps -= some;
        }
    }
    s->chains = s->plan.chains * p->kernel_h * p->in_c;
    s->singles = (s->plan.singles * p->kernel_h * p->in_c + 1) & ~1;
}

static inline __attribute__((always_inline)) int32_t rows_word(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)low + ((uint32_t)high << ROWS_FIELD));
}

// For each channel `words` words of pixels that all lie in the picture, `step` bytes apart.
static inline __attribute__((always_inline)) void rows_lay_inside(int32_t *to, const int8_t *from, int32_t step, int32_t channels, const int words) {
#pragma GCC unroll 1
    for (const int8_t *end = from + channels; from != end; from++, to += words) {
        const int8_t *at = from;
#pragma GCC unroll 4
        for (int i = 0; i < words; i++, at += 2 * step) {
            to[i] = rows_word(at[0], at[step]);
        }
    }
}

// The same where some lie outside. x: of the first pixel, which `from` points to.
static __attribute__((noinline, noclone)) void rows_lay_edge(const mite_conv_t *p, int32_t *to, const int8_t *from, int32_t x, int inside, int32_t words) {
    int32_t channels = p->in_c, step = p->stride_w, zero = p->input_zero_point;
    for (int32_t i = 0; i < words; i++, to++, x += 2 * step, from += 2 * step * channels) {
        const int8_t *a = from, *b = from + step * channels;
        int in_a = inside && x >= 0 && x < p->in_w, in_b = inside && x + step >= 0 && x + step < p->in_w;
        int32_t *at = to, c = channels;
        if (in_a && in_b) {
            for (; c >= 4; c -= 4, a += 4, b += 4) {
                *at = rows_word(a[0], b[0]);
                at += words;
                *at = rows_word(a[1], b[1]);
                at += words;
                *at = rows_word(a[2], b[2]);
                at += words;
                *at = rows_word(a[3], b[3]);
                at += words;
            }
            for (; c; c--, at += words) {
                *at = rows_word(*a++, *b++);
            }
        } else if (in_a || in_b) {
            int32_t other = in_a ? (int32_t)((uint32_t)zero << ROWS_FIELD) : zero, shift = in_a ? 0 : ROWS_FIELD;
            for (a = in_a ? a : b; c; c--, at += words) {
                *at = (int32_t)((uint32_t)other + ((uint32_t)(int32_t)*a++ << shift));
            }
        } else {
            for (; c; c--, at += words) {
                *at = rows_word(zero, zero);
            }
        }
    }
}

// Of one channel; `from`: the row's first pixel, perhaps outside, and then not read.
static inline int32_t *rows_lay_thin(const mite_conv_t *p, int32_t *to, const int8_t *from, int32_t x, uint32_t width, int32_t words) {
    int32_t step = p->stride_w;
#pragma GCC unroll 1
    for (; words; words--, x += 2 * step) {
        int32_t low = p->input_zero_point, high = low;
        if ((uint32_t)x < width) {
            low = from[x];
        }
        if ((uint32_t)(x + step) < width) {
            high = from[x + step];
        }
        *to++ = rows_word(low, high);
    }
    return to;
}

// One step of one input row.
static void rows_lay(const rows_shape_t *s, int32_t *to, const int8_t *picture, int32_t y, int32_t x, int32_t words) {
    const mite_conv_t *p = s->p;
    int inside = y >= 0 && y < p->in_h;
    const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
    if (!inside || words == 2 || x < 0 || x + (2 * words - 1) * p->stride_w >= p->in_w) {
        rows_lay_edge(p, to, from, x, inside, words);
    } else if (words == 4) {
        rows_lay_inside(to, from, p->stride_w * p->in_c, p->in_c, 4);
    } else {
        rows_lay_inside(to, from, p->stride_w * p->in_c, p->in_c, 3);
    }
}

// A block's words: those of all rows for chains, then those for singles. column: its first output.
static int32_t *rows_lay_block(const rows_shape_t *s, const rows_tile_t *t, int32_t column, int32_t positions, int32_t *to) {
    const mite_conv_t *p = s->p;
    int32_t rows = (t->rows - 1) * p->stride_h + p->kernel_h, top = t->row * p->stride_h - p->pad_top, left = column * p->stride_w - p->pad_left;
    int32_t chain_words = (positions + 1) * p->in_c, single_words = positions * p->in_c;
    int32_t *single = to + rows * s->plan.chains * chain_words;
    for (int32_t y = top; y < top + rows && p->in_c == 1; y++) {
        uint32_t width = y >= 0 && y < p->in_h ? (uint32_t)p->in_w : 0;
        const int8_t *from = t->picture + y * p->in_w;
        for (const rows_unit_t *unit = s->unit, *end = unit + s->units; unit != end; unit++) {
            int32_t x = left + (*unit & ROWS_TAP) - (*unit & ROWS_ALONE ? p->stride_w : 0);
            if (*unit & ROWS_CHAIN) {
                to = rows_lay_thin(p, to, from, x, width, positions + 1);
            } else {
                single = rows_lay_thin(p, single, from, x, width, positions);
            }
        }
    }
    for (int32_t y = top; y < top + rows && p->in_c > 1; y++) {
        for (const rows_unit_t *unit = s->unit, *end = unit + s->units; unit != end; unit++) {
            // What meets a tap alone meets it one position later, too.
            int32_t x = left + (*unit & ROWS_TAP) - (*unit & ROWS_ALONE ? p->stride_w : 0);
            if (*unit & ROWS_CHAIN) {
                rows_lay(s, to, t->picture, y, x, positions + 1);
                to += chain_words;
            } else {
                rows_lay(s, single, t->picture, y, x, positions);
                single += single_words;
            }
        }
    }
    return single;
}

// A chain's or a single's words of weights, of the taps at a .. d, which are `step` bytes apart; and on to the next channel.
#define ROWS_PACK_CHAIN_ALONE \
    "ldrsb %[first], [%[a]], #1\n" \
    "ldrsb %[other], [%[b]], #1\n" \
    "ldrsb %[second], [%[c]], #1\n" \
    "add %[second], %[second], %[other], lsl #22\n" \
    "strd %[first], %[second], [%[to]], #8\n"
#define ROWS_PACK_CHAIN \
    "ldrsb %[other], [%[a]], #1\n" \
    "ldrsb %[first], [%[b]], #1\n" \
    "add %[first], %[first], %[other], lsl #22\n" \
    "ldrsb %[other], [%[c]], #1\n" \
    "ldrsb %[second], [%[d]], #1\n" \
    "add %[second], %[second], %[other], lsl #22\n" \
    "strd %[first], %[second], [%[to]], #8\n"
#define ROWS_PACK_SINGLE_ALONE \
    "ldrsb %[first], [%[a]], #1\n" \
    "str %[first], [%[to]], #4\n"
#define ROWS_PACK_SINGLE \
    "ldrsb %[other], [%[a]], #1\n" \
    "ldrsb %[first], [%[b]], #1\n" \
    "add %[first], %[first], %[other], lsl #22\n" \
    "str %[first], [%[to]], #4\n"
#define ROWS_PACK(STEPS) \
    __asm volatile(STEPS \
        : [first] "=&r"(first), [second] "=&r"(second), [other] "=&r"(other), [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [to] "+r"(to) \
        : \
        : "memory")
// For `count` channels, side by side.
#define ROWS_PACK_ALL(STEP) \
    for (; count >= 4; count -= 4) { \
        ROWS_PACK(STEP STEP STEP STEP); \
    } \
    for (; count; count--) { \
        ROWS_PACK(STEP); \
    }

// A unit's words, kernel row by kernel row: `next` bytes of weights and `to_next` words from one to the next.
static __attribute__((noinline)) void rows_pack_unit(const mite_conv_t *p, rows_unit_t unit, int32_t *to, const int8_t *from, int32_t to_next) {
    int32_t step = p->stride_w * p->in_c, next = p->kernel_w * p->in_c;
    for (int32_t rows = p->kernel_h; rows; rows--, from += next, to += to_next) {
        const int8_t *a = from, *b = a + step, *c = b + step, *d = c + step;
        int32_t first, second, other, count = p->in_c, *begin = to;
        if (unit & ROWS_CHAIN) {
            if (unit & ROWS_ALONE) {
                ROWS_PACK_ALL(ROWS_PACK_CHAIN_ALONE)
            } else {
                ROWS_PACK_ALL(ROWS_PACK_CHAIN)
            }
        } else if (unit & ROWS_ALONE) {
            ROWS_PACK_ALL(ROWS_PACK_SINGLE_ALONE)
        } else {
            ROWS_PACK_ALL(ROWS_PACK_SINGLE)
        }
        to = begin;
    }
}

// The same of one channel.
static __attribute__((noinline)) void rows_pack_thin(const mite_conv_t *p, rows_unit_t unit, int32_t *to, const int8_t *from, int32_t to_next) {
    int32_t step = p->stride_w, next = p->kernel_w, rows = p->kernel_h, alone = unit & ROWS_ALONE;
    if (unit & ROWS_CHAIN) {
        for (; rows; rows--, from += next, to += to_next) {
            if (alone) {
                to[0] = from[0];
                to[1] = rows_word(from[2 * step], from[step]);
            } else {
                to[0] = rows_word(from[step], from[0]);
                to[1] = rows_word(from[3 * step], from[2 * step]);
            }
        }
    } else {
        int32_t second = alone ? 0 : 1 << ROWS_FIELD;
        const int8_t *low = alone ? from : from + step;
        for (; rows; rows--, from += next, low += next, to += to_next) {
            *to = *low + *from * second;
        }
    }
}

// The words of one channel's weights, in the order of rows_lay_block.
static __attribute__((noinline)) void rows_pack(const rows_shape_t *s, const int8_t *w, int32_t *to) {
    const mite_conv_t *p = s->p;
    int32_t channels = p->in_c, chain_next = 2 * s->plan.chains * channels, single_next = s->plan.singles * channels;
    int32_t *single = to + 2 * s->chains, *last = single + s->singles - 1;
    for (const rows_unit_t *unit = s->unit, *end = unit + s->units; unit != end; unit++) {
        const int8_t *from = w + (*unit & ROWS_TAP) * channels;
        int chain = *unit & ROWS_CHAIN;
        int32_t *at = chain ? to : single, next = chain ? chain_next : single_next;
        if (channels == 1) {
            rows_pack_thin(p, *unit, at, from, next);
        } else {
            rows_pack_unit(p, *unit, at, from, next);
        }
        to += chain ? 2 * channels : 0;
        single += chain ? 0 : channels;
    }
    if (s->plan.slack) {
        *last = 0;
    }
}

// What blocks have that is the same for all of a tile.
static __attribute__((noinline)) void rows_prepare(const rows_shape_t *s, const rows_tile_t *t, rows_blocks_t *b) {
    int32_t chains = s->chains / s->p->parts, singles = s->singles / s->p->parts;
    b->begin[0] = b->begin[2] = b->begin[4] = ROWS_LIFT;
    b->begin[1] = b->begin[3] = b->begin[5] = ROWS_LIFT >> (32 - ROWS_FIELD);
    b->chain_weights = t->weights;
    b->chain_end = b->chain_weights + 2 * chains;
    b->single_weights = t->weights + 2 * s->chains;
    b->single_end = b->single_weights + singles;
    b->part_chain_weights = 8 * chains;
    b->part_single_weights = 4 * singles;
    b->part = b->parts = s->p->parts;
    for (int i = 0; i < 7; i++) {
        b->sums[i] = 0;
    }
    b->step = s->p->out_c;
}

static void rows_scale(const rows_shape_t *s, rows_blocks_t *b, const int32_t *packed) {
    const mite_requant_t *r = &s->p->requant;
    int32_t bias = (packed[1] >> 5) - s->p->parts * ROWS_LIFT;
#if defined(__ARM_FEATURE_DSP)
    dsp_scale_t scale = dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1);
    b->bias = 2 * bias;
    b->sign = dsp_mode(r) == DSP_RELU ? 0 : scale.sign;
#else
    scalar_scale_t scale = scalar_scale(packed, bias, r->zero_point);
    b->bias = (int32_t)scale.begin;
    b->bias_high = (int32_t)(scale.begin >> 32);
    b->sign = scale.away;
#endif
    b->multiplier = scale.multiplier;
    b->shift = scale.shift;
    b->add = scale.add;
    b->mode = s->p->parts > 1 ? 1 : b->sign;
}

// Blocks of so many positions, `count` in each row. left: outputs of a row from the first of them on.
static __attribute__((noinline)) void rows_kind(const rows_shape_t *s, const rows_tile_t *t, rows_blocks_t *b, int32_t positions, int32_t count, int32_t left) {
    const mite_conv_t *p = s->p;
    int32_t rows = (t->rows - 1) * p->stride_h + p->kernel_h, chains = s->chains / p->parts, singles = s->singles / p->parts;
    int32_t chain_row = 4 * (positions + 1) * s->plan.chains * p->in_c, single_row = 4 * positions * s->plan.singles * p->in_c;
    int three = positions == 3;
    b->advance = rows * (chain_row + single_row);
    b->part_chain_pixels = 4 * (positions + 1) * chains;
    b->part_ahead = 4 * positions * singles - b->part_chain_pixels;
    b->chain_jump = chains ? (three ? ROWS_CHAINS3_AT + (-chains & 7) * ROWS_CHAIN3_BYTES : (-chains & 7) * ROWS_CHAIN2_BYTES) : ROWS_NO_CHAINS;
    b->single_jump = !singles ? (three ? ROWS_NO_SINGLES3 : ROWS_NO_SINGLES2)
        : (three ? ROWS_SINGLES3_AT + (-singles & 7) / 2 * ROWS_SINGLES3_BYTES : (-singles & 7) / 2 * ROWS_SINGLES2_BYTES);
    b->row_ahead = p->stride_h * (single_row - chain_row);
    b->first_ahead = rows * chain_row - b->part_chain_pixels;
    b->three = three;
    b->row_blocks = count;
    b->row_before = left == t->outputs ? 0 : -b->step;
    b->next_out = 2 * positions * b->step;
    b->row_pixels = p->stride_h * chain_row - (count - 1) * b->advance;
    b->row_out = p->out_w * b->step - (count - 1) * b->next_out;
    left = mite_quant_min(left - 2 * positions * (count - 1), 2 * positions - 1);
#if defined(__ARM_FEATURE_DSP)
    for (int32_t i = 0, last = 0; i < 4; i++) {
        b->last[i] = last += i + 1 < left ? b->step : 0;
    }
#else
    b->last[0] = left;
#endif
}

// Of all rows; their pixels begin at `pixels`.
static inline void rows_pass(const rows_tile_t *t, rows_blocks_t *b, int32_t *carries, int32_t *pixels, int8_t *out) {
    b->pixels = pixels;
    b->single_ahead = b->first_ahead;
    b->carry = carries[0];
    b->carries = carries;
    b->blocks = b->row_blocks;
    b->before = b->row_before;
    b->out = out;
    b->rows = t->rows;
    rows_blocks(b);
}

// The pixels under a tile.
static __attribute__((noinline)) void rows_lay_tile(const rows_shape_t *s, const rows_tile_t *t) {
    int32_t column = t->column;
    for (int i = 0; i < 2; i++) {
        const rows_segment_t *segment = &t->segment[i];
        int32_t *to = segment->pixels;
        for (int32_t block = 0; block < segment->blocks3; block++, column += 6) {
            to = rows_lay_block(s, t, column, 3, to);
        }
        for (int32_t block = 0; block < segment->blocks2; block++, column += 4) {
            to = rows_lay_block(s, t, column, 2, to);
        }
    }
}

static __attribute__((noinline)) void rows_tile(const rows_shape_t *s, const rows_tile_t *t) {
    const mite_conv_t *p = s->p;
    const int32_t *packed = p->requant.packed, block3 = ((t->rows - 1) * p->stride_h + p->kernel_h) * s->plan.row3;
    const int8_t *filter = p->filter;
    int32_t row = (p->kernel_h * p->kernel_w * p->in_c + 3) & ~3; // bytes of a channel
    int32_t carries[ROWS_TOGETHER + 1];
    rows_blocks_t b;
    rows_prepare(s, t, &b);
    for (int32_t channel = 0; channel < p->out_c; channel++, filter += row, packed += 2) {
        rows_pack(s, filter, t->weights);
        rows_scale(s, &b, packed);
        int32_t left = t->outputs;
        int8_t *out = t->out + channel;
        for (const rows_segment_t *segment = t->segment; segment != t->segment + 2; segment++) {
            int32_t *pixels = segment->pixels;
            for (int32_t positions = 3; positions > 1; pixels += segment->blocks3 * block3, positions--) {
                int32_t count = positions == 3 ? segment->blocks3 : segment->blocks2, outputs = 2 * positions * count;
                if (!count) {
                    continue;
                }
                if (channel == 0 || outputs < t->outputs) { // else as it was for the last channel
                    rows_kind(s, t, &b, positions, count, left);
                }
                rows_pass(t, &b, carries, pixels, out);
                left -= outputs;
                out += outputs * p->out_c;
            }
        }
    }
}

// Finds room for a tile of so many rows and outputs in each, in scratch memory and in what is behind the outputs. 0 if there is none.
static int rows_fits(const rows_shape_t *s, rows_tile_t *t, int32_t rows, int32_t outputs, const int32_t *room) {
    const mite_conv_t *p = s->p;
    int32_t positions = mite_quant_max(outputs / 2 + 1, 2), pixel_rows = (rows - 1) * p->stride_h + p->kernel_h;
    int32_t row3 = 4 * s->plan.row3, row2 = 4 * s->plan.row2;
    t->rows = rows;
    t->outputs = outputs;
    t->blocks2 = (3 - positions % 3) % 3;
    t->blocks3 = (positions - 2 * t->blocks2) / 3;
    if (pixel_rows > ROWS_MEMORY / row3) {
        return 0;
    }
    int32_t left3 = t->blocks3, left2 = t->blocks2;
    for (int i = 0; i < 2; i++) {
        rows_segment_t *segment = &t->segment[i];
        int32_t bytes = mite_quant_max(room[i] - (i ? rows * outputs * p->out_c : 0), 0);
        segment->blocks3 = mite_quant_min(left3, bytes / (pixel_rows * row3));
        left3 -= segment->blocks3;
        bytes -= segment->blocks3 * pixel_rows * row3;
        segment->blocks2 = mite_quant_min(left2, bytes / (pixel_rows * row2));
        left2 -= segment->blocks2;
    }
    return !left3 && !left2;
}

// The largest tile that there is room for. 0: none.
static int rows_fit(const rows_shape_t *s, rows_tile_t *t, const int32_t *room) {
    const mite_conv_t *p = s->p;
    int32_t left = p->out_w - t->column, block3 = 4 * p->kernel_h * s->plan.row3;
    if (rows_fits(s, t, 1, left, room)) {
        int32_t rows = 1;
        while (!t->column && rows < mite_quant_min(p->out_h - t->row, ROWS_TOGETHER) && rows_fits(s, t, rows + 1, left, room)) {
            rows++;
        }
        return rows_fits(s, t, rows, left, room);
    }
    // As many as fit, but each of the row's tiles about as large.
    int32_t blocks = mite_quant_max(room[0], 0) / block3 + mite_quant_max(room[1], 0) / block3, all = (left / 2 + 3) / 3;
    if (blocks && blocks < all) {
        int32_t tiles = (all + blocks - 1) / blocks;
        blocks = (all + tiles - 1) / tiles;
    }
    while (blocks && !rows_fits(s, t, 1, mite_quant_min(6 * blocks - 1, left), room)) {
        blocks--;
    }
    return blocks != 0;
}

// About how many instructions the tile takes here, and its outputs in the kernel that goes on where this one stops: does it pay?
static int rows_pays(const rows_shape_t *s, const rows_tile_t *t) {
    const mite_conv_t *p = s->p;
    int32_t rows = (t->rows - 1) * p->stride_h + p->kernel_h, blocks = t->blocks3 + t->blocks2, taps = p->kernel_h * p->kernel_w * p->in_c;
    int four = p->scratch_bytes >= mite_conv_scratch_bytes((taps + 3) & ~3, p->in_c, MITE_CONV_TILE); // pixels together
    // Where a kernel row is no whole words there, each is a matter of its own.
    int32_t gather = p->kernel_w * p->in_c % 4 ? 60 * p->kernel_h : 60;
#if defined(__ARM_FEATURE_DSP)
    int32_t fixed = 85, there = 3 * taps + gather + p->out_c * (taps * (four ? 39 : 42) / 48 + 9);
#else
    int32_t fixed = 145, there = 5 * taps + 90 + gather + p->out_c * (taps * (four ? 7 : 9) / 8 + 13);
#endif
    fixed += s->p->parts > 1 ? 60 * s->p->parts : 0;
    int32_t block3 = 17 * s->chains / 2 + 19 * s->singles / 4 + fixed, block2 = 13 * s->chains / 2 + 13 * s->singles / 4 + fixed - 20;
    int32_t pack = 23 * s->chains / 4 + 13 * s->singles / 4 + s->units * (p->in_c > 1 ? 28 * p->kernel_h : 40) + 250;
    int32_t lay = rows * ((p->in_c > 1 ? 7 : 11) * (t->blocks3 * s->plan.row3 + t->blocks2 * s->plan.row2) + (p->in_c > 1 ? 30 : 15) * s->units * blocks);
    int32_t here = p->out_c * (pack + t->rows * (20 + t->blocks3 * block3 + t->blocks2 * block2)) + lay;
    return here < t->rows * t->outputs * there;
}

// Places for the next tile and a channel's weights: 0 if there is no room, or nothing gained.
static __attribute__((noinline)) int rows_place(const rows_shape_t *s, rows_tile_t *t) {
    const mite_conv_t *p = s->p;
    // Behind the outputs so far, up to the first input that is still to be read.
    int32_t top = mite_quant_clamp(t->row * p->stride_h - p->pad_top, 0, p->in_h), picture_bytes = p->in_h * p->in_w * p->in_c;
    const int8_t *needed = t->picture + top * p->in_w * p->in_c, *end = p->output + p->batches * p->out_h * p->out_w * p->out_c;
    if (needed >= t->out) {
        end = needed < end ? needed : end;
    } else if (p->input + p->batches * picture_bytes > t->out) {
        end = t->out;
    }
    int32_t *begin = (int32_t *)(((uintptr_t)end) & ~(uintptr_t)3), *scratch = p->scratch, weight_bytes = 4 * s->plan.weights;
    int32_t room[2] = {mite_quant_min(p->scratch_bytes, ROWS_MEMORY), mite_quant_min((int32_t)((int8_t *)begin - t->out), ROWS_MEMORY)};
    // Weights that do not fit there are less than the pixels of any block: nothing else of this tile is there, either.
    if (weight_bytes <= room[0]) {
        t->weights = scratch;
        scratch += s->plan.weights;
        room[0] -= weight_bytes;
    } else {
        t->weights = begin -= s->plan.weights;
        room[1] -= weight_bytes;
    }
    room[0] = (room[0] & ~3) - 4 * s->plan.slack;
    room[1] -= 4 * s->plan.slack;
    if (!rows_fit(s, t, room) || !rows_pays(s, t)) {
        return 0;
    }
    const rows_segment_t *behind = &t->segment[1];
    t->segment[0].pixels = scratch;
    t->segment[1].pixels = begin - s->plan.slack
        - ((t->rows - 1) * p->stride_h + p->kernel_h) * (behind->blocks3 * s->plan.row3 + behind->blocks2 * s->plan.row2);
    return 1;
}

// Works on whole tiles as long as there is memory for one. The number of output pixels that are made, in raster order.
// The caller has found that p->requant is packed, with a scale for each channel.
static __attribute__((noinline)) int32_t rows_run(const mite_conv_t *p) {
    rows_shape_t s;
    s.p = p;
    s.plan = mite_rows_plan(p->kernel_h, p->kernel_w, p->stride_w, p->in_c);
    if (!p->parts || !s.plan.row3 || p->groups != 1 || p->dilation_h * p->dilation_w != 1 || p->out_w < 3) {
        return 0;
    }
    rows_steps(&s);
    if (s.chains % p->parts || s.singles % (2 * p->parts)) {
        return 0; // of a hostile image only
    }
    rows_tile_t t = {.picture = p->input, .out = p->output};
    int32_t left = p->batches * p->out_h * p->out_w, all = left;
    while (left && rows_place(&s, &t)) {
        rows_lay_tile(&s, &t);
        rows_tile(&s, &t);
        left -= t.rows * t.outputs;
        t.out += t.rows * t.outputs * p->out_c;
        t.column += t.outputs;
        if (t.column == p->out_w) {
            t.column = 0;
            t.row += t.rows;
            if (t.row == p->out_h) {
                t.row = 0;
                t.picture += p->in_h * p->in_w * p->in_c;
            }
        }
    }
#if !defined(__ARM_FEATURE_DSP)
    mite_requant_bound(&p->requant, p->output, (all - left) * p->out_c); // that kernel does it output by output
#endif
    return all - left;
}

#else

static inline int32_t rows_run(const mite_conv_t *p) {
    (void)p;
    return 0;
}

#endif

#endif
