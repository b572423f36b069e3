// Convolution for cores without SIMD: the taps of four output pixels (two, where scratch memory is short) are gathered in scratch
// memory as words of two pixels each, and every output channel's weights meet all of them: a weight is loaded once for four
// multiply-adds, and multiplied twice.

#include <stddef.h>

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

#include "conv_scalar_dots.h"

#if defined(SCALAR_WIDE)
#include "conv_scalar_four.h"
#endif

// Where a weight that meets four pixels saves more than it costs to go on elsewhere.
#if (defined(SCALAR_WIDE) || defined(SCALAR_HIGH_REGISTERS)) && !defined(__OPTIMIZE_SIZE__)
#define SPLIT 1
#endif

// FAR_TAPS: what taps of four pixels may lie on the stack where scratch memory has no room for all of them.
enum { PAIRS = 2, FAR_TAPS = 32 };

// An output pixel: where its window begins in the picture.
typedef struct {
    const int8_t *from; // perhaps outside of the input, and then not read
    int32_t top, left;
} pixel_t;

typedef struct {
    int32_t taps;     // of a group, a multiple of 4
    int32_t channels; // of a group
    int32_t step;     // words from a tap to the next
    int32_t joined;   // does a kernel row lie in one piece in the input?
} shape_t;

// A run of taps that lie together in the input, and the part of it that lies in the picture.
typedef struct {
    const int8_t *at;
    int32_t begin, end;
} run_t;

// The run that begins in column x, `width` pixels long.
static run_t clip(const mite_conv_t *p, const int8_t *at, int32_t x, int32_t width, int32_t channels) {
    run_t run = {at, mite_quant_clamp(-x, 0, width) * channels, mite_quant_clamp(p->in_w - x, 0, width) * channels};
    return run;
}

// `count` words become `keep` times what they are, plus `factor` times the taps.
static __attribute__((noinline)) void lay(int32_t *to, int32_t step, const run_t *run, int inside, int32_t count, int32_t zero, int32_t keep, int32_t factor) {
    int32_t begin = inside ? run->begin : count, end = inside ? run->end : count, i = 0;
    for (zero *= factor; i < begin; i++, to += step) {
        *to = *to * keep + zero;
    }
    for (const int8_t *at = run->at; i < end; i++, to += step) {
        *to = *to * keep + at[i] * factor;
    }
    for (; i < count; i++, to += step) {
        *to = *to * keep + zero;
    }
}

// `count` words of taps that lie inside the picture.
static void join(int32_t *to, int32_t step, const int8_t *a, const int8_t *b, int32_t count) {
    for (; count >= 4; count -= 4, to += 4 * step, a += 4, b += 4) {
        to[0] = scalar_pair(a[0], b[0]);
        to[step] = scalar_pair(a[1], b[1]);
        to[2 * step] = scalar_pair(a[2], b[2]);
        to[3 * step] = scalar_pair(a[3], b[3]);
    }
    for (; count; count--, to += step) {
        *to = scalar_pair(*a++, *b++);
    }
}

// A pair's column of words: the taps of two pixels, which may be the same one.
static __attribute__((noinline)) void gather(const mite_conv_t *p, const shape_t *s, const pixel_t *a, const pixel_t *b,
                                              int32_t group, int32_t *to) {
    int32_t width = s->joined ? p->kernel_w : 1, count = width * s->channels, step = s->step;
    int32_t next_row = p->dilation_h * p->in_w * p->in_c, column = group;
    for (int32_t kx = 0; kx < p->kernel_w; kx += width, to += count * step, column += p->dilation_w * p->in_c) {
        run_t run_a = clip(p, a->from + column, a->left + kx * p->dilation_w, width, s->channels);
        run_t run_b = clip(p, b->from + column, b->left + kx * p->dilation_w, width, s->channels);
        int whole = run_a.begin + run_b.begin == 0 && run_a.end == count && run_b.end == count;
        int32_t *at = to, ya = a->top, yb = b->top;
        for (int32_t ky = p->kernel_h; ky; ky--) {
            int in_a = ya >= 0 && ya < p->in_h, in_b = yb >= 0 && yb < p->in_h;
            if (whole && in_a && in_b) {
                join(at, step, run_a.at, run_b.at, count);
            } else {
                lay(at, step, &run_a, in_a, count, p->input_zero_point, 0, 1);
                lay(at, step, &run_b, in_b, count, p->input_zero_point, 1, 1 << SCALAR_FIELD);
            }
            run_a.at += next_row;
            run_b.at += next_row;
            ya += p->dilation_h;
            yb += p->dilation_h;
            at += p->kernel_w * s->channels * step;
        }
    }
}

// What all channels of a tile need, side by side.
typedef struct {
    const int32_t *columns, *more; // where a row begins, and where it goes on
    int32_t first, rest;           // how many of its taps there are
    const int8_t *weights;
    const int32_t *packed;
    int8_t *out;
    int32_t taps, count; // of a channel; channels
    int32_t positive;
    const mite_requant_t *requant;
    int32_t lane[4]; // where each pixel's output lies behind the first one's. 0 for a lane that is not used: the first comes last
} tile_t;

SCALAR_INLINE void put(const tile_t *t, const int32_t *sums, const int32_t *packed, int8_t *out, const int lanes) {
    const mite_requant_t *r = t->requant;
    scalar_scale_t scale = scalar_scale(packed, packed[1] >> 5, r->zero_point);
    if (t->positive) {
        for (int i = lanes - 1; i >= 0; i--) {
            out[i ? t->lane[i] : 0] = scalar_output(sums[i], &scale, r, 1);
        }
    } else {
        for (int i = lanes - 1; i >= 0; i--) {
            out[i ? t->lane[i] : 0] = scalar_output(sums[i], &scale, r, 0);
        }
    }
}

// The rest of a row.
static __attribute__((noinline)) const int8_t *add_rest(const tile_t *t, const int8_t *w, int32_t row, int32_t *sums, int pairs) {
    const int32_t *x = t->more;
    for (int32_t n, taps = t->rest; taps > 0; taps -= n) {
        int32_t more[4];
        n = mite_quant_min(taps, SCALAR_TAPS);
        w = pairs == 2 ? dot4(x, w, n, more) : dot2x2(x, w, row, n, more);
        x += pairs * n;
        for (int i = 0; i < 4; i++) {
            sums[i] += more[i];
        }
    }
    return w;
}

// All of a row: dot4, or dot2x2 where there is one pair.
SCALAR_INLINE const int8_t *dot(const tile_t *t, const int8_t *w, int32_t row, int32_t *sums, const int pairs) {
    w = pairs == 2 ? dot4(t->columns, w, t->first, sums) : dot2x2(t->columns, w, row, t->first, sums);
#if defined(SCALAR_WIDE) || defined(SPLIT)
    if (t->rest) {
        int32_t all[4] = {sums[0], sums[1], sums[2], sums[3]}; // in registers otherwise
        w = add_rest(t, w, row, all, pairs);
        for (int i = 0; i < 4; i++) {
            sums[i] = all[i];
        }
    }
#endif
    return w;
}

// The channels of four pixels.
static __attribute__((noinline)) void channels4(const tile_t *t) {
    const int8_t *w = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (int8_t *end = out + t->count; out != end; out++, packed += 2) {
        int32_t sums[4];
        w = dot(t, w, 0, sums, 2);
        put(t, sums, packed, out, 4);
    }
}

// The channels of two pixels, two channels at a time. A last one counts twice.
static __attribute__((noinline)) void channels2(const tile_t *t) {
    const int8_t *w = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (int32_t count = t->count; count > 0; count -= 2, packed += 4, out += 2) {
        int32_t sums[4], row = count > 1 ? t->taps : 0;
        w = dot(t, w, row, sums, 1) + row;
        put(t, sums, packed, out, 2);
        if (row) {
            put(t, sums + 2, packed + 2, out + 1, 2);
        }
    }
}

// The taps of four pixels that scratch memory holds, in whole turns of 16; what is more goes to the stack.
SCALAR_INLINE int32_t near_taps(const mite_conv_t *p) {
    return p->scratch_bytes / (2 * PAIRS * mite_conv_column_bytes(1)) & ~15;
}

static int is_pointwise(const mite_conv_t *p) {
    return p->kernel_h + p->kernel_w + p->stride_h + p->stride_w + p->groups == 5 // none of them is 0
        && p->pad_top + p->pad_left == 0 && p->in_h == p->out_h && p->in_w == p->out_w;
}

// far: NULL, or memory for the first taps of a pointwise convolution.
static __attribute__((noinline)) void convolve(const mite_conv_t *p, int32_t *far) {
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {.taps = (p->kernel_h * p->kernel_w * group_in + 3) & ~3, .channels = group_in,
                 .joined = p->groups == 1 && p->dilation_w == 1};
    int32_t lanes = far || p->scratch_bytes >= 2 * PAIRS * mite_conv_column_bytes(s.taps) ? 2 * PAIRS : 2;
    int32_t *columns = p->scratch, far_taps = far ? s.taps - near_taps(p) : 0;
    s.step = lanes / 2;
    tile_t t = {.columns = columns, .first = mite_quant_min(s.taps, SCALAR_TAPS), .taps = s.taps, .count = group_out, .positive = scalar_positive(&p->requant), .requant = &p->requant};
    pixel_t pixel[2 * PAIRS], at = {p->input - (p->pad_top * p->in_w + p->pad_left) * p->in_c, -p->pad_top, -p->pad_left};
    int32_t ox = 0, oy = 0;
    if (far) {
        t.columns = far;
        t.first = far_taps;
    }
    t.rest = s.taps - t.first;
    t.more = far ? columns : columns + t.first * s.step;
    int pointwise = is_pointwise(p);
    int8_t *out = p->output;
#if defined(SCALAR_WIDE)
    int quick = s.taps <= SCALAR_TAPS && least_shift(&p->requant, p->out_c) > t.positive;
#endif
    for (int32_t left = p->batches * p->out_h * p->out_w; left > 0; left -= lanes, out += lanes * p->out_c) {
        int32_t some = mite_quant_min(left, lanes);
        for (int32_t i = 0; i < lanes; i++) {
            t.lane[i] = i < some ? i * p->out_c : 0;
        }
        if (pointwise) {
            // One tap, and every pixel behind the last: nothing to find out.
            for (int32_t i = 0; i < lanes; i += 2) {
                const int8_t *a = at.from + (i < some ? i * p->in_c : 0);
                const int8_t *b = i + 1 < some ? a + p->in_c : a;
                int32_t some_far = mite_quant_min(far_taps, p->in_c);
                join(far + i / 2, s.step, a, b, some_far);
                join(columns + i / 2, s.step, a + some_far, b + some_far, p->in_c - some_far);
            }
            at.from += lanes * p->in_c;
        }
        for (int32_t i = 0; i < lanes && !pointwise; i++) {
            pixel[i] = at; // beyond the last pixel it stays where it is
            if (i >= some - 1 && left <= lanes) {
                continue;
            }
            at.left += p->stride_w;
            at.from += p->stride_w * p->in_c;
            if (++ox == p->out_w) {
                int32_t rows = p->stride_h;
                ox = 0;
                at.top += p->stride_h;
                if (++oy == p->out_h) {
                    oy = 0;
                    rows = p->in_h - at.top + p->stride_h - p->pad_top;
                    at.top = -p->pad_top;
                }
                at.from += (rows * p->in_w - p->pad_left - at.left) * p->in_c;
                at.left = -p->pad_left;
            }
        }
        for (int32_t g = 0; g < p->groups; g++) {
            for (int32_t i = 0; i < s.step && !pointwise; i++) {
                gather(p, &s, &pixel[2 * i], &pixel[2 * i + 1], g * group_in, columns + i);
            }
            t.weights = p->filter + g * group_out * s.taps;
            t.packed = p->requant.packed + 2 * g * group_out;
            t.out = out + g * group_out;
#if defined(SCALAR_WIDE)
            if (quick && lanes == 4) {
                int32_t blocks = t.first / 4, turns = (blocks + 3) / 4;
                four_t f = {t.weights, (-blocks & 3) * BLOCK_CODE, t.columns, 2 * turns - (t.rest != 0), t.out, t.packed,
                            2 * p->requant.zero_point + 1, {t.lane[1], t.lane[2], t.lane[3]}, t.out + group_out, t.positive, t.more, t.rest / 8};
                four(&f);
                continue;
            }
#endif
            if (lanes == 4) {
                channels4(&t);
            } else {
                channels2(&t);
            }
        }
    }
#if defined(SCALAR_WIDE)
    if (quick && lanes == 4) {
        mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c);
    }
#endif
}

#if defined(SPLIT)
static __attribute__((noinline)) void convolve_split(const mite_conv_t *p) {
    int32_t far[PAIRS * FAR_TAPS];
    convolve(p, far);
}
#endif

void mite_conv_2d_s8__scalar(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
#if defined(SPLIT)
    int32_t far_taps = ((p->in_c + 3) & ~3) - near_taps(p);
    if (far_taps > 0 && far_taps <= FAR_TAPS && is_pointwise(p)) {
        convolve_split(p);
        return;
    }
#endif
    convolve(p, NULL);
}

#endif
