// Convolution with VMLADAVA. The taps of two output pixels lie in scratch memory, 16 of one and 16 of the other in turn; they meet four
// channels' weights at once: six loads serve eight multiplications. Where 16 taps are all, 32 pixels are a tile, and weights stay in
// registers. Tiles are read before anything of them is written.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "conv_mve_columns.h"
#include "conv_mve_sums.h"

enum { NARROW = 32, WIDE = 16 }; // a tile's pixels: with one vector of taps each, with more

// What the channels of a tile need.
typedef struct {
    const mite_requant_t *requant;
    const int8_t *columns;
    const int8_t *weights;
    int32_t taps, count; // of a channel; channels
    const int32_t *packed;
    int8_t *out;
    int32_t pixels, step; // of the tile; bytes from one's outputs to the next one's
    int32_t pair_bytes;   // of two columns
} tile_t;

// All pixels of a tile against `fours` times four channels. row: bytes from one channel's weights to the next one's.
static void fours(const tile_t *t, const int8_t *weights, const int32_t *packed, int32_t row, int8_t *out,
                                                        int32_t step, int32_t fours, mve_clamp_t clamp) {
    mve_four_t four = {.weights = weights, .row = row, .taps = t->taps, .zero_point = t->requant->zero_point, .step = step, .packed = packed,
                   .min = vdupq_n_s32(t->requant->min), .max = vdupq_n_s32(t->requant->max), .columns = t->columns, .first = out,
                   .pairs = t->pixels / PAIR, .fours = fours};
    if (four.pairs) {
        mve_pairs(&four, clamp);
    }
    if (t->pixels % PAIR) {
        four.weights = weights;
        four.step = 0;
        four.packed = packed;
        four.columns = t->columns + t->pixels / PAIR * t->pair_bytes;
        four.first = out + (t->pixels - 1) * step;
        four.pairs = 1;
        four.fours = fours;
        mve_pairs(&four, clamp);
    }
}

// Fewer than four channels: one at a time, its row four times over.
static void wide_few(const tile_t *t, mve_clamp_t clamp) {
    int8_t outputs[4 * WIDE];
    for (int32_t c = 0; c < t->count; c++) {
        int32_t packed[8];
        for (int32_t i = 0; i < 8; i++) {
            packed[i] = t->packed[2 * c + i % 2];
        }
        fours(t, t->weights + c * t->taps, packed, 0, outputs, 4, 1, clamp);
        for (int32_t i = 0; i < t->pixels; i++) {
            t->out[i * t->step + c] = outputs[4 * i];
        }
    }
}

// A tile with any number of taps.
static __attribute__((noinline)) void wide(const tile_t *t, mve_clamp_t clamp) {
    if (t->count < 4) {
        wide_few(t, clamp);
        return;
    }
    fours(t, t->weights, t->packed, t->taps, t->out, t->step, t->count / 4, clamp);
    if (t->count % 4) {
        int32_t last = t->count - 4; // partly done already
        fours(t, t->weights + last * t->taps, t->packed + 2 * last, t->taps, t->out + last, t->step, 1, clamp);
    }
}

// Any number of pixels, each of one vector of taps; at least four channels.
static __attribute__((noinline)) void narrow(const tile_t *t, mve_clamp_t clamp) {
    mve_four_t four = {.row = t->taps, .taps = t->taps, .zero_point = t->requant->zero_point, .min = vdupq_n_s32(t->requant->min),
                   .max = vdupq_n_s32(t->requant->max), .step = t->step, .count = t->pixels};
    for (int32_t c = 0; c < t->count; c += 4) {
        c = mite_quant_min(c, t->count - 4); // the last four may be partly done already
        four.weights = t->weights + c * t->taps;
        four.channels = mve_packed(t->packed + 2 * c);
        four.out = t->out + c;
        mve_pixels(&four, t->columns, clamp);
    }
}

void mite_conv_2d_s8__mve(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups, bytes = p->kernel_h * p->kernel_w * group_in;
    mve_shape_t s = {(bytes + 3) & ~3, bytes, group_in, group_in % VECTOR == 0 || p->kernel_h * p->kernel_w == 1, 0, 0, 0};
    if (p->groups == 1 && p->dilation_h * p->dilation_w == 1 && p->kernel_h <= p->in_h && p->kernel_w <= p->in_w) {
        s.simple = 1;
        s.last_top = (uint32_t)(p->in_h - p->kernel_h);
        s.last_left = (uint32_t)(p->in_w - p->kernel_w);
    }
    // Two columns and a row, each of whole vectors: more than 12 taps always leave room for them.
    int8_t little[NARROW * VECTOR + VECTOR];
    int32_t padded = (s.taps + VECTOR - 1) & -VECTOR;
    int is_narrow = padded == VECTOR;
    int8_t *columns = is_narrow ? little : p->scratch;
    int32_t lanes = is_narrow ? NARROW : mite_quant_min((p->scratch_bytes / padded - !s.direct) & -PAIR, WIDE);
    int8_t *row = is_narrow ? little + NARROW * VECTOR : columns + lanes * padded;
    if (is_narrow && group_out < 4) {
        is_narrow = 0;
        lanes = WIDE;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w && !p->pad_top && !p->pad_left;
    mve_walk_t here = {p->input, -p->pad_top, -p->pad_left, 0, p->out_h};
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c,
                .pair_bytes = PAIR * padded};
    for (int32_t done = 0; done < pixels; done += lanes) {
        t.pixels = mite_quant_min(pixels - done, lanes);
        mve_walk_t begin = here;
        for (int32_t g = 0; g < p->groups; g++) {
            if (pointwise) {
                int8_t *column = columns;
                for (int32_t i = t.pixels, step = VECTOR; i; i--, column += step, step = t.pair_bytes - step, next += p->in_c) {
                    lay(column, next, p->in_c);
                }
            } else {
                here = begin;
                here.picture += g * group_in;
                if (s.direct) {
                    mve_walk_direct(p, &s, &here, columns, t.pair_bytes, t.pixels);
                } else {
                    mve_walk_rows(p, &s, &here, columns, t.pair_bytes, t.pixels, row);
                }
                here.picture -= g * group_in;
            }
            int32_t first = g * group_out;
            t.weights = p->filter + first * s.taps;
            t.packed = p->requant.packed + 2 * first;
            t.out = p->output + done * p->out_c + first;
            if (is_narrow) {
                narrow(&t, clamp);
            } else {
                wide(&t, clamp);
            }
        }
    }
}

#endif
