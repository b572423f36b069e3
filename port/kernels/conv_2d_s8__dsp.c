// Convolution with SMLAD: the taps of three to five output pixels are spread out as int16 in scratch memory, interleaved so that one LDM
// fetches a word for each pixel; then every output channel's weights are spread once and used for all of them.

#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

#include "conv_dsp_tiles.h"
#include "conv_rows.h"

// What runs once a tile: what gcc would make of it for speed is missed elsewhere.
#define CONV_SMALL static __attribute__((noinline, optimize("Os")))

// Spread `bytes` (a multiple of 4) into the column of one pixel; `step` words lie between a pixel's words.
static inline int32_t *spread(int32_t *column, int32_t step, const int8_t *from, int32_t bytes) {
#pragma GCC unroll 1
    for (const int8_t *end = from + bytes; from != end; from += 4) {
        int32_t word = dsp_load(from);
        *column = dsp_twice(dsp_even(word));
        column += step;
        *column = dsp_twice(dsp_odd(word));
        column += step;
    }
    return column;
}

static inline int32_t *spread_zero(int32_t *column, int32_t step, int32_t zero_point, int32_t bytes) {
    int32_t pair = (2 * zero_point & 0xffff) * 0x10001;
    for (; bytes; bytes -= 2, column += step) {
        *column = pair;
    }
    return column;
}

// A few bytes: a loop that is not worth a call, and not worth unrolling.
static inline int8_t *copy_bytes(int8_t *to, const int8_t *from, int32_t bytes) {
#pragma GCC unroll 1
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
        ((dsp_word_t *)to)->value = dsp_load(from);
    }
    if (bytes & 2) {
        ((dsp_half_t *)to)->value = ((const dsp_half_t *)from)->value;
        to += 2;
        from += 2;
    }
    if (bytes & 1) {
        *to++ = *from;
    }
    return to;
}

static inline int8_t *fill_bytes(int8_t *to, int32_t value, int32_t bytes) {
#pragma GCC unroll 1
    for (; bytes; bytes--) {
        *to++ = (int8_t)value;
        __asm(""); // or gcc calls memset
    }
    return to;
}

typedef struct {
    const mite_conv_t *p;
    int32_t taps;     // of a group, a multiple of 4
    int32_t channels; // of a group
    int32_t width;    // pixels of a kernel row that lie together in the input: all of them, or one
    int32_t runs;     // of so many pixels in a kernel row
    int32_t bytes;    // of such a run
    // A pixel whose taps begin before these, and not before 0, has all of them inside the picture, a kernel row in one run.
    int32_t inside_w, inside_h;
    int32_t lanes;    // output pixels that are worked on together, and words from one of a pixel's column to the next
    int8_t *row;      // for taps that do not come in fours
} shape_t;

// An output pixel.
typedef struct {
    const int8_t *picture; // the input that it is made of
    int32_t x, y;
} place_t;

// Of a run of taps the part that lies in the picture, in bytes.
typedef struct {
    int32_t begin, end;
} part_t;

static inline part_t clip(const shape_t *s, int32_t x) {
    part_t part = {mite_quant_clamp(-x, 0, s->width) * s->channels, mite_quant_clamp(s->p->in_w - x, 0, s->width) * s->channels};
    return part;
}

// The taps of an output pixel, for the group whose channels begin at `channel`; and on to the next pixel.
static __attribute__((noinline)) void gather(const shape_t *s, place_t *place, int32_t channel, int32_t *column) {
    const mite_conv_t *p = s->p;
    const int8_t *picture = place->picture + channel;
    int32_t top = place->y * p->stride_h - p->pad_top, left = place->x * p->stride_w - p->pad_left;
    if (++place->x == p->out_w) {
        place->x = 0;
        if (++place->y == p->out_h) {
            place->y = 0;
            place->picture += p->in_h * p->in_w * p->in_c;
        }
    }
    int32_t bytes = s->bytes, step = s->lanes, rows = p->kernel_h;
    int8_t *at = s->row;
    if (left >= 0 && left < s->inside_w && top >= 0 && top < s->inside_h) {
        const int8_t *from = picture + (top * p->in_w + left) * p->in_c;
        int32_t next = p->dilation_h * p->in_w * p->in_c;
        if (bytes % 4 == 0) {
            for (; rows; rows--, from += next) {
                column = spread(column, step, from, bytes);
            }
            return;
        }
        for (; rows; rows--, from += next) {
            at = copy_bytes(at, from, bytes);
        }
        spread(column, step, s->row, s->taps);
        return;
    }
    part_t part = clip(s, left);
    int in_fours = ((part.begin | part.end | bytes) & 3) == 0; // single pixels are cut nowhere
    for (int32_t y = top; rows; rows--, y += p->dilation_h) {
        int32_t x = left;
        for (int32_t i = s->runs; i; i--, x += p->dilation_w) {
            if (s->runs > 1) {
                part = clip(s, x);
            }
            int32_t begin = part.begin, end = part.end;
            if ((uint32_t)y >= (uint32_t)p->in_h) {
                begin = end = bytes;
            }
            const int8_t *from = picture + (y * p->in_w + x) * p->in_c + begin;
            if (in_fours) {
                column = spread_zero(column, step, p->input_zero_point, begin);
                column = spread(column, step, from, end - begin);
                column = spread_zero(column, step, p->input_zero_point, bytes - end);
            } else {
                at = fill_bytes(at, p->input_zero_point, begin);
                at = copy_bytes(at, from, end - begin);
                at = fill_bytes(at, p->input_zero_point, bytes - end);
            }
        }
    }
    if (!in_fours) {
        // The bytes behind the last tap meet weights of zero.
        spread(column, step, s->row, s->taps);
    }
}

// How many pixels at once there is scratch memory for.
static inline int32_t lanes_most(const mite_conv_t *p, int32_t taps, int32_t channels) {
    int32_t most = LANES_MOST;
    while (most > 3 && p->scratch_bytes < mite_conv_scratch_bytes(taps, channels, most)) {
        most--;
    }
    return most;
}

// Of so many pixels that are left those of the next tile: fewer in the first ones, where that makes them come out even.
static inline int32_t lanes_next(int32_t left, int32_t most, int32_t fewer) {
    return left % most ? mite_quant_clamp(left, 3, fewer) : most;
}

// What does not change from tile to tile.
static inline void tile_begin(tile_t *t, const mite_conv_t *p) {
    t->columns = p->scratch;
    t->rounding = 2 * p->requant.zero_point + 1;
    t->linear = dsp_mode(&p->requant) == DSP_LINEAR;
    t->weights = p->filter;
    t->packed = p->requant.packed;
}

// Where the outputs of `some` pixels go. One that is not wanted is overwritten by the first pixel's.
static inline void tile_out(tile_t *t, const mite_conv_t *p, int32_t some) {
    t->step = some > 1 ? p->out_c : 0;
    t->far = some < 3 ? 0 : (some < 4 ? 2 : 3) * p->out_c;
}

// Spread `bytes` of each of a tile's pixels, which are as far apart as `second` and `far` say.
CONV_SMALL void spread_lanes(int32_t *to, const int8_t *from, int32_t second, int32_t far, int32_t bytes, int32_t lanes) {
#ifndef __OPTIMIZE_SIZE__
    const int32_t *end = to + bytes / 2 * lanes;
    if (lanes == 5) {
        spread5(to, from, second, far, end);
        return;
    }
    if (lanes == 4) {
        spread4(to, from, second, far, end);
        return;
    }
#endif
#pragma GCC unroll 1
    for (int32_t i = lanes; i--;) {
        spread(to + i, lanes, from + (i < lanes - 1 ? i * second : far), bytes);
    }
}

// One tap of whole words, inside the picture, and no groups: runs of output pixels that are as far apart in the input.
CONV_SMALL void pointwise(const mite_conv_t *p) {
    int32_t pixels = p->out_w, runs = p->out_h, most = lanes_most(p, p->in_c, p->in_c), fewer = mite_quant_max(most - 1, 3), before = 0;
    if (p->stride_h == 1 && p->stride_w == 1 && p->in_h == p->out_h && p->in_w == p->out_w) {
        pixels *= p->batches * runs;
        runs = 1;
    }
    tile_t t;
    tile_begin(&t, p);
#ifndef __OPTIMIZE_SIZE__
    // What scratch memory lacks of five pixels' columns: those of the blocks behind the loop, or all.
    int32_t rest[2 * 5 * (STRAIGHT5 + 1)], apart5 = 0;
    if (most < 5 && p->scratch_bytes >= 5 * mite_conv_column_bytes(p->in_c - 4 * STRAIGHT5)) {
        apart5 = p->in_c > 4 * (STRAIGHT5 + 1) ? 4 * STRAIGHT5 : p->in_c;
        fewer = most;
        most = 5;
    }
#else
    int32_t rest[2 * 3 * STRAIGHT3], apart5 = 0;
#endif
    // Where it lacks some of three pixels' there are no tiles of four.
    int32_t apart3 = p->scratch_bytes < 3 * mite_conv_column_bytes(p->in_c) ? 4 * STRAIGHT3 : 0;
    int8_t *out = p->output;
    for (int32_t run = 0; run < runs; run++) {
        const int8_t *from = p->input + run * p->stride_h * p->in_w * p->in_c;
        for (int32_t left = pixels, some; left; left -= some, from += some * p->stride_w * p->in_c, out += some * p->out_c) {
            int32_t taps = p->in_c, step = p->stride_w * taps, lanes = lanes_next(left, most, fewer);
            some = mite_quant_min(left, lanes);
            int32_t second = some > 1 ? step : 0, far = some < 3 ? 0 : (some < 4 ? 2 : 3) * step, *columns = p->scratch;
            int32_t apart = lanes == 5 ? apart5 : apart3;
            if (apart) {
                taps -= apart;
                spread_lanes(rest, from + taps, second, far, apart, lanes);
                columns = taps ? columns : rest;
            }
            if (some != before) {
                before = some;
                tile_out(&t, p, some);
                t.columns = columns;
                tile_taps(&t, p->in_c / 4, columns + p->in_c / 2 * lanes, lanes);
                if (apart) {
                    t.rest = rest;
                }
            }
            t.out = out;
            t.end = out + p->out_c;
            if (taps) {
                spread_lanes(columns, from, second, far, taps, lanes);
            }
            tile(&t, lanes);
        }
    }
}

// Any kernel. done: output pixels that have been made.
CONV_SMALL void windows(const mite_conv_t *p, int32_t done) {
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    int32_t taps = (p->kernel_h * p->kernel_w * group_in + 3) & ~3, most = lanes_most(p, taps, group_in);
    int joined = p->groups == 1 && p->dilation_w == 1;
    int32_t width = joined ? p->kernel_w : 1;
    shape_t s = {
        .p = p, .taps = taps, .channels = group_in, .width = width, .runs = joined ? 1 : p->kernel_w, .bytes = width * group_in,
        .inside_w = joined ? p->in_w - width + 1 : 0, .inside_h = p->in_h - (p->kernel_h - 1) * p->dilation_h,
        .row = (int8_t *)p->scratch + most * mite_conv_column_bytes(taps),
    };
    place_t place = {p->input, done % p->out_w, done / p->out_w % p->out_h};
    place.picture += done / (p->out_w * p->out_h) * p->in_h * p->in_w * p->in_c;
    int8_t *out = p->output + done * p->out_c;
    for (int32_t left = p->batches * p->out_h * p->out_w - done; left > 0; left -= s.lanes, out += s.lanes * p->out_c) {
        s.lanes = lanes_next(left, most, mite_quant_max(most - 1, 3));
        int32_t some = mite_quant_min(left, s.lanes);
        tile_t t;
        tile_begin(&t, p);
        tile_out(&t, p, some);
        t.out = out;
        tile_taps(&t, taps / 4, t.columns + taps / 2 * s.lanes, s.lanes);
        place_t begin = place;
        for (int32_t channel = 0; channel < p->in_c; channel += group_in) {
            place = begin;
            for (int32_t i = 0; i < some; i++) {
                gather(&s, &place, channel, (int32_t *)p->scratch + i);
            }
            t.end = t.out + group_out;
            tile(&t, s.lanes);
            t.weights += group_out * taps;
            t.packed += 2 * group_out;
            t.out += group_out;
        }
    }
}

void mite_conv_2d_s8__dsp(const mite_conv_t *p) {
    int inside = (p->pad_top | p->pad_left) == 0 && (p->out_h - 1) * p->stride_h < p->in_h && (p->out_w - 1) * p->stride_w < p->in_w;
    int same = (p->stride_h | p->stride_w) == 1 && p->in_h == p->out_h && p->in_w == p->out_w;
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    if (p->kernel_h == 1 && p->kernel_w == 1 && p->groups == 1 && p->in_c % 4 == 0 && inside && (same || p->batches == 1)) {
        pointwise(p);
    } else {
        windows(p, rows_run(p));
    }
    mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c);
}

#endif
