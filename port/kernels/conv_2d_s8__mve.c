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
    int32_t channel;      // the first one's number
    int positive;         // as mve_tile_t has it
} tile_t;

// More than one vector of taps; at least four channels.
static void wide(const tile_t *t) {
    const mite_requant_t *r = t->requant;
    mve_tile_t tile;
    tile.vectors = t->taps / VECTOR - 1;
    tile.pair_bytes = t->pair_bytes;
    tile.zero_point = r->zero_point;
    tile.rest = t->taps % VECTOR;
    tile.whole = t->taps / VECTOR * VECTOR * PAIR;
    tile.positive = t->positive;
    tile.min = vdupq_n_s8((int8_t)r->min);
    tile.max = vdupq_n_s8((int8_t)r->max);
    tile.weights = t->weights;
    tile.taps = t->taps;
    tile.packed = t->packed;
    tile.left = t->count;
    tile.columns = t->columns;
    tile.out = t->out;
    tile.pixels = t->pixels;
    tile.step = t->step;
    mve_tile(&tile);
}

// Fewer than four channels.
static __attribute__((noinline)) void few(const tile_t *t) {
    for (int32_t i = 0; i < t->pixels; i++) {
        const int8_t *column = t->columns + i / PAIR * t->pair_bytes + i % PAIR * VECTOR;
        for (int32_t c = 0; c < t->count; c++) {
            const int8_t *x = column, *w = t->weights + c * t->taps;
            int32_t sum = t->packed[2 * c + 1] >> 5;
            __asm volatile("dlstp.8 lr, %[n]\n"
                           "1:\n"
                           "vldrb.8 q0, [%[x]], #32\n"
                           "vldrb.8 q1, [%[w]], #16\n"
                           "vmladava.s8 %[sum], q0, q1\n"
                           "letp lr, 1b\n"
                           : [sum] "+Te"(sum), [x] "+r"(x), [w] "+r"(w)
                           : [n] "r"(t->taps)
                           : "lr", "q0", "q1", "memory");
            t->out[i * t->step + c] = mite_requant_output(t->requant, t->channel + c, sum);
        }
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
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w && !p->pad_top && !p->pad_left;
    mve_walk_t here = {p->input, -p->pad_top, -p->pad_left, 0, p->out_h};
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c,
                .pair_bytes = PAIR * padded, .positive = clamp == MVE_POSITIVE};
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
            t.channel = first;
            if (group_out < 4) {
                few(&t);
            } else if (is_narrow) {
                narrow(&t, clamp);
            } else {
                wide(&t);
            }
        }
    }
}

#endif
