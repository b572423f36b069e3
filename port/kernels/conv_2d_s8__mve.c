// Convolution with VMLADAVA. The taps of two output pixels lie in scratch memory (where they are few, on the stack), 16 of one and 16 of the
// other in turn; they meet four channels' weights at once: six loads serve eight multiplications. The sums of 16 channels become outputs
// together. Where 16 taps are all, weights stay in registers. Tiles are read before anything of them is written.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "conv_mve_columns.h"
#include "conv_mve_pixels.h"
#include "conv_mve_tile.h"

enum { NARROW = 32, WIDE = 16 }; // a tile's pixels: with one vector of taps each, with more

// What the channels of a tile need.
typedef struct {
    const mite_requant_t *requant;
    int8_t *columns;
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
    tile.general = tile.vectors > 8 ? 2 : tile.rest != 0;
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
static __attribute__((noinline)) void narrow(const tile_t *t) {
    const mite_requant_t *r = t->requant;
    mve_four_t four;
    four.row = four.taps = t->taps;
    four.zero_point = r->zero_point;
    four.min = vdupq_n_s16((int16_t)r->min);
    four.max = vdupq_n_s16((int16_t)r->max);
    uint16x8_t lane = vidupq_n_u16(0, 1), channel = vshrq_n_u16(lane, 1), second = vandq_u16(lane, vdupq_n_u16(1));
    int32_t pairs = t->pixels / PAIR, last = t->pixels % PAIR ? t->pixels - PAIR : -1; // the pair that has the last pixel
    int8_t *columns = t->columns;
    if (t->pixels == 1) {
        last = 0;
        vstrbq_s8(columns + VECTOR, vldrbq_s8(columns));
    }
    for (int32_t c = 0; c < t->count; c += 4) {
        c = mite_quant_min(c, t->count - 4); // the last four may be partly done already
        four.weights = t->weights + c * t->taps;
        four.channels = mve_packed(t->packed + 2 * c);
        four.out = t->out + c;
        four.step = PAIR * t->step;
        four.places = vmlaq_n_u16(channel, second, (uint16_t)t->step);
        four.pairs = pairs;
        if (pairs) {
            mve_pixels(&four, columns, t->positive);
        }
        if (last >= 0) {
            four.out += last * t->step;
            four.pairs = 1;
            if (!pairs) {
                four.places = channel; // twice the same
            }
            mve_pixels(&four, columns + last * VECTOR, t->positive);
        }
    }
}

void mite_conv_2d_s8__mve(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step || p->out_c > UINT16_MAX - 4) { // two pixels' places fit 16 bits
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups, bytes = p->kernel_h * p->kernel_w * group_in;
    mve_shape_t s;
    s.taps = (bytes + 3) & ~3;
    s.bytes = bytes;
    s.channels = group_in;
    s.direct = group_in % VECTOR == 0 || p->kernel_h * p->kernel_w == 1;
    s.simple = 0;
    s.last_top = s.last_left = 0;
    if (p->groups == 1 && p->dilation_h * p->dilation_w == 1 && p->kernel_h <= p->in_h && p->kernel_w <= p->in_w) {
        s.simple = 1;
        s.last_top = (uint32_t)(p->in_h - p->kernel_h);
        s.last_left = (uint32_t)(p->in_w - p->kernel_w);
    }
    s.table.vectors = 0;
    if (s.simple && !s.direct) {
        mve_make_table(p, &s, &s.table);
    }
    // On the stack there is always room for some columns and a row, each of whole vectors, if they are short.
    int8_t little[NARROW * VECTOR + VECTOR];
    int32_t padded = (s.taps + VECTOR - 1) & -VECTOR;
    int is_narrow = padded == VECTOR;
    int32_t lanes = is_narrow ? NARROW : mite_quant_min((p->scratch_bytes / padded - !s.direct) & -PAIR, WIDE);
    int32_t little_lanes = ((int32_t)sizeof(little) / padded - !s.direct) & -PAIR;
    int8_t *columns = p->scratch;
    if (is_narrow || little_lanes > lanes) {
        lanes = mite_quant_min(is_narrow ? NARROW : little_lanes, NARROW);
        columns = little;
    }
    int8_t *row = columns + lanes * padded;
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w && !p->pad_top && !p->pad_left;
    mve_walk_t here = {p->input, -p->pad_top, -p->pad_left, 0, p->out_h};
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c,
                .pair_bytes = PAIR * padded, .positive = mve_clamp(&p->requant) == MVE_POSITIVE};
    for (int32_t done = 0; done < pixels; done += lanes) {
        t.pixels = mite_quant_min(pixels - done, lanes);
        mve_walk_t begin = here;
        for (int32_t g = 0; g < p->groups; g++) {
            if (pointwise) {
                mve_lay_pixels(columns, next, p->in_c, t.pixels, t.pair_bytes);
                next += t.pixels * p->in_c;
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
                narrow(&t);
            } else {
                wide(&t);
            }
        }
    }
}

#endif
