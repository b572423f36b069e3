// Convolution for cores without SIMD: the taps of four output pixels (two, where scratch memory is short) are gathered in scratch
// memory as words of two pixels each, and every output channel's weights meet all of them: a weight is loaded once for four
// multiply-adds, and multiplied twice.

#include <stddef.h>

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

#include "conv_rows.h"
#include "conv_scalar_tile.h"

#if defined(SPLIT) && defined(SCALAR_WIDE)
#define FOUR 1
#include "conv_scalar_four.h"
#elif defined(SPLIT)
#define FOUR 1
#include "conv_scalar_four_thumb1.h"
#endif

// FAR_TAPS: what taps of four pixels may lie on the stack where scratch memory has no room for all of them.
enum { PAIRS = 2, FAR_TAPS = 48 };

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
    int32_t far_rows; // kernel rows whose taps lie in `far`; the others' in `near`
    int32_t *far, *near;
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
#if defined(SCALAR_HIGH_REGISTERS)
    // A signed byte is loaded with an index in a register alone.
    if (count & 1) {
        *to = scalar_pair(*a++, *b++);
        to += step;
    }
    count &= ~1;
    if (count) {
        int32_t i = 0;
        step *= 4;
#define ONE_TAP \
    "ldrsb r2, [%[a], %[i]]\n" \
    "ldrsb r3, [%[b], %[i]]\n" \
    "lsls r3, #16\n" \
    "adds r2, r3\n" \
    "str r2, [%[to]]\n" \
    "add %[to], %[step]\n" \
    "adds %[i], #1\n"
        __asm volatile(
            ".syntax unified\n"
            "1:\n" ONE_TAP ONE_TAP
            "cmp %[i], %[count]\n"
            "bne 1b\n"
            : [to] "+l"(to), [i] "+l"(i)
            : [a] "l"(a), [b] "l"(b), [step] "h"(step), [count] "h"(count)
            : "r2", "r3", "cc", "memory");
#undef ONE_TAP
    }
#else
    for (; count >= 4; count -= 4, to += 4 * step, a += 4, b += 4) {
        to[0] = scalar_pair(a[0], b[0]);
        to[step] = scalar_pair(a[1], b[1]);
        to[2 * step] = scalar_pair(a[2], b[2]);
        to[3 * step] = scalar_pair(a[3], b[3]);
    }
    for (; count; count--, to += step) {
        *to = scalar_pair(*a++, *b++);
    }
#endif
}

// A pair's column of words: the taps of two pixels, which may be the same one.
static __attribute__((noinline)) void gather(const mite_conv_t *p, const shape_t *s, const pixel_t *a, const pixel_t *b,
                                              int32_t group, int32_t pair) {
    int32_t width = s->joined ? p->kernel_w : 1, count = width * s->channels, step = s->step, row_words = p->kernel_w * s->channels * step;
    int32_t next_row = p->dilation_h * p->in_w * p->in_c, column = group, zeros = scalar_pair(p->input_zero_point, p->input_zero_point);
    int32_t *near = s->near + pair;
    for (int32_t kx = 0; kx < p->kernel_w; kx += width, near += count * step, column += p->dilation_w * p->in_c) {
        run_t run_a = clip(p, a->from + column, a->left + kx * p->dilation_w, width, s->channels);
        run_t run_b = clip(p, b->from + column, b->left + kx * p->dilation_w, width, s->channels);
        int whole = run_a.begin + run_b.begin == 0 && run_a.end == count && run_b.end == count;
        int32_t *at = s->far + pair, ya = a->top, yb = b->top;
        for (int32_t ky = 0; ky < p->kernel_h; ky++) {
            if (ky == s->far_rows) {
                at = near;
            }
            int in_a = (uint32_t)ya < (uint32_t)p->in_h, in_b = (uint32_t)yb < (uint32_t)p->in_h;
            if (!in_a && !in_b) {
                int32_t *to = at;
                for (int32_t i = count; i; i--, to += step) {
                    *to = zeros;
                }
            } else if (whole && in_a && in_b) {
                join(at, step, run_a.at, run_b.at, count);
            } else {
                lay(at, step, &run_a, in_a, count, p->input_zero_point, 0, 1);
                lay(at, step, &run_b, in_b, count, p->input_zero_point, 1, 1 << SCALAR_FIELD);
            }
            run_a.at += next_row;
            run_b.at += next_row;
            ya += p->dilation_h;
            yb += p->dilation_h;
            at += row_words;
        }
    }
}

#if defined(SPLIT)
enum { EDGE_BYTES = 128 };

// Kernel rows of two pairs of pixels side by side: words of taps for the first pair up to `shift`, for both up to `width`, for the second
// pair up to width + shift. x: the first pixels' taps; the second ones' are `far` behind them. All counts are multiples of 4.
SCALAR_INLINE void lay_both(int32_t *first, const int8_t *x, int32_t far, int32_t shift, int32_t width, int32_t rows, int32_t next_row) {
    int32_t *second = first + 1;
#if defined(SCALAR_HIGH_REGISTERS)
    const int8_t *y = x + far;
    const int8_t *end = x + rows * next_row;
    int32_t i, words = width + shift;
#define WORD \
    "ldrsb r2, [%[x], %[i]]\n" \
    "ldrsb r3, [%[y], %[i]]\n" \
    "adds %[i], #1\n" \
    "lsls r3, #16\n" \
    "adds r2, r3\n"
#define FIRST(AT) "str r2, [%[a], " AT "]\n"
#define SECOND(AT) "str r2, [%[b], " AT "]\n"
    __asm volatile(
        ".syntax unified\n"
        "5: movs %[i], #0\n"
        "1:\n" WORD FIRST("#0") WORD FIRST("#8") WORD FIRST("#16") WORD FIRST("#24")
        "adds %[a], #32\n"
        "cmp %[i], %[shift]\n"
        "bne 1b\n"
        "b 3f\n"
        "2:\n" WORD FIRST("#0") SECOND("#0") WORD FIRST("#8") SECOND("#8") WORD FIRST("#16") SECOND("#16") WORD FIRST("#24") SECOND("#24")
        "adds %[a], #32\n"
        "adds %[b], #32\n"
        "3: cmp %[i], %[width]\n"
        "bne 2b\n"
        "4:\n" WORD SECOND("#0") WORD SECOND("#8") WORD SECOND("#16") WORD SECOND("#24")
        "adds %[b], #32\n"
        "cmp %[i], %[words]\n"
        "bne 4b\n"
        "add %[x], %[next_row]\n"
        "add %[y], %[next_row]\n"
        "cmp %[x], %[end]\n"
        "bne 5b\n"
        : [a] "+l"(first), [b] "+l"(second), [i] "=&l"(i), [x] "+l"(x), [y] "+l"(y)
        : [shift] "h"(shift), [width] "h"(width), [words] "h"(words), [next_row] "h"(next_row), [end] "h"(end)
        : "r2", "r3", "cc", "memory");
#undef WORD
#undef FIRST
#undef SECOND
#else
    for (; rows; rows--, x += next_row) {
        int32_t i = 0;
        for (; i < shift; i++, first += 2) {
            *first = scalar_pair(x[i], x[i + far]);
        }
        for (; i < width; i++, first += 2, second += 2) {
            *first = *second = scalar_pair(x[i], x[i + far]);
        }
        for (; i < width + shift; i++, second += 2) {
            *second = scalar_pair(x[i], x[i + far]);
        }
    }
#endif
}

// A few bytes, and perhaps none.
SCALAR_INLINE void copy(int8_t *to, const int8_t *from, int32_t count) {
#if defined(SCALAR_HIGH_REGISTERS)
    if (count) {
        count = -count;
        __asm volatile(
            ".syntax unified\n"
            "1: ldrb r2, [%[from], %[i]]\n"
            "strb r2, [%[to], %[i]]\n"
            "adds %[i], #1\n"
            "bne 1b\n"
            : [i] "+l"(count)
            : [from] "l"(from - count), [to] "l"(to - count)
            : "r2", "cc", "memory");
    }
#else
    for (; count; count--) {
        *to++ = *from++;
    }
#endif
}

// Do the windows of four pixels side by side overlap so that lay_both can join what they have in common?
static int is_shared(const mite_conv_t *p) {
    int32_t far = p->stride_w * p->in_c, width = p->kernel_w * p->in_c;
    return p->groups == 1 && p->dilation_w * p->dilation_h == 1 && width >= 2 * far && width % 4 == 0 && far % 2 == 0 && width + 3 * far <= EDGE_BYTES;
}

// All taps of four pixels side by side.
static __attribute__((noinline)) void gather_both(const mite_conv_t *p, const shape_t *s, const pixel_t *pixel) {
    int32_t channels = p->in_c, far = p->stride_w * channels, shift = 2 * far, width = p->kernel_w * channels, bytes = width + 3 * far;
    int32_t zero = p->input_zero_point, next_row = p->in_w * channels, y = pixel->top;
    // What of a row lies inside of the picture. At its edges rows are put together in `edge`.
    int32_t begin = mite_quant_clamp(-pixel->left * channels, 0, bytes), end = mite_quant_clamp((p->in_w - pixel->left) * channels, begin, bytes);
    int whole = end - begin == bytes;
    int8_t edge[EDGE_BYTES];
    for (int32_t i = 0; !whole && i < bytes; i++) {
        edge[i] = (int8_t)zero;
    }
    const int8_t *row = pixel->from;
    int32_t *at = s->far;
    for (int32_t rows, ky = 0; ky < p->kernel_h; ky += rows, at += 2 * width * rows, row += next_row * rows, y += rows) {
        if (ky == s->far_rows) {
            at = s->near;
        }
        rows = 1;
        if ((uint32_t)y >= (uint32_t)p->in_h) {
            for (int32_t i = 0, zeros = scalar_pair(zero, zero); i < 2 * width; i++) {
                at[i] = zeros;
            }
        } else if (whole) {
            rows = mite_quant_min((ky < s->far_rows ? s->far_rows : p->kernel_h) - ky, p->in_h - y);
            lay_both(at, row, far, shift, width, rows, next_row);
        } else {
            copy(edge + begin, row + begin, end - begin);
            lay_both(at, edge, far, shift, width, 1, next_row);
        }
    }
}
#endif

// The taps of four pixels that scratch memory holds, in whole turns of 16; what is more goes to the stack.
SCALAR_INLINE int32_t near_taps(const mite_conv_t *p) {
    return p->scratch_bytes / (2 * PAIRS * mite_conv_column_bytes(1)) & ~15;
}

// far: NULL, or memory for the first taps.
static tile_t tile(const mite_conv_t *p, int32_t taps, int32_t lanes, const int32_t *far) {
    const int32_t *columns = p->scratch;
    tile_t t = {.columns = far ? far : columns, .positive = scalar_positive(&p->requant), .taps = taps, .requant = &p->requant};
    t.first = far ? taps - near_taps(p) : mite_quant_min(taps, SCALAR_TAPS);
    t.more = far ? columns : columns + t.first * lanes / 2;
#if defined(FOUR)
    four_begin(&t, p->out_c, lanes);
#endif
    return t;
}

// All channels of a tile whose taps have been gathered.
static void channels(tile_t *t, int32_t lanes) {
#if defined(FOUR)
    if (t->quick) {
        four(t);
        return;
    }
#endif
    if (lanes != 2 * PAIRS) {
        channels2(t);
    } else if (t->first != t->taps) {
        channels4_split(t);
    } else {
        channels4(t);
    }
}

static void set_lanes(tile_t *t, int32_t lanes, int32_t some, int32_t step) {
    for (int32_t i = 0; i < lanes; i++) {
        t->lane[i] = i < some ? i * step : 0;
    }
}

// One tap a channel, and every pixel behind the last: nothing to find out.
static __attribute__((noinline)) void pointwise(const mite_conv_t *p, int32_t *far) {
    int32_t taps = (p->in_c + 3) & ~3, step = p->in_c;
    int32_t lanes = far || p->scratch_bytes >= 2 * PAIRS * mite_conv_column_bytes(taps) ? 2 * PAIRS : 2, words = lanes / 2;
    tile_t t = tile(p, taps, lanes, far);
    int32_t first = far ? mite_quant_min(t.first, step) : 0, *to = p->scratch;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    set_lanes(&t, lanes, lanes, p->out_c);
    for (int32_t left = p->batches * p->out_h * p->out_w; left > 0; left -= lanes) {
        if (left < lanes) {
            set_lanes(&t, lanes, left, p->out_c);
        }
        for (int32_t i = 0; i < words; i++) {
            const int8_t *a = 2 * i < left ? in : p->input, *b = 2 * i + 1 < left ? a + step : a; // a pixel that is not there: any
            if (far) {
                join(far + i, words, a, b, first);
            }
            join(to + i, words, a + first, b + first, step - first);
            in += 2 * step;
        }
        t.weights = p->filter;
        t.packed = p->requant.packed;
        t.out = out;
        t.end = out + p->out_c;
        channels(&t, lanes);
        out += lanes * p->out_c;
    }
}

// done: output pixels that have been made. far: as in tile().
static __attribute__((noinline)) void convolve(const mite_conv_t *p, int32_t done, int32_t *far) {
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {.taps = (p->kernel_h * p->kernel_w * group_in + 3) & ~3, .channels = group_in,
                 .joined = p->groups == 1 && p->dilation_w == 1};
    int32_t lanes = far || p->scratch_bytes >= 2 * PAIRS * mite_conv_column_bytes(s.taps) ? 2 * PAIRS : 2;
    tile_t t = tile(p, s.taps, lanes, far);
    s.step = lanes / 2;
    s.near = p->scratch;
    if (far) {
        s.far = far;
        s.far_rows = t.first / (p->kernel_w * group_in);
    }
#if defined(SPLIT)
    int shared = lanes == 2 * PAIRS && is_shared(p);
#endif
    int32_t ox = done % p->out_w, oy = done / p->out_w % p->out_h;
    pixel_t pixel[2 * PAIRS], at = {p->input, oy * p->stride_h - p->pad_top, ox * p->stride_w - p->pad_left};
    at.from += (done / (p->out_w * p->out_h) * p->in_h * p->in_w + at.top * p->in_w + at.left) * p->in_c;
    int8_t *out = p->output + done * p->out_c;
    for (int32_t left = p->batches * p->out_h * p->out_w - done; left > 0; left -= lanes, out += lanes * p->out_c) {
        int32_t some = mite_quant_min(left, lanes);
        set_lanes(&t, lanes, some, p->out_c);
#if defined(SPLIT)
        int32_t first_x = ox;
#endif
        for (int32_t i = 0; i < lanes; i++) {
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
#if defined(SPLIT)
            if (shared && first_x + lanes <= p->out_w && some == lanes) {
                gather_both(p, &s, &pixel[0]);
            } else
#endif
            for (int32_t i = 0; i < s.step; i++) {
                gather(p, &s, &pixel[2 * i], &pixel[2 * i + 1], g * group_in, i);
            }
            t.weights = p->filter + g * group_out * s.taps;
            t.packed = p->requant.packed + 2 * g * group_out;
            t.out = out + g * group_out;
            t.end = t.out + group_out;
            channels(&t, lanes);
        }
    }
}

#if defined(SPLIT)
// The taps of four pixels that have to lie on the stack. 0 if all fit scratch memory, or too many do not, or part of a kernel row.
static int32_t far_taps(const mite_conv_t *p, int pointwise) {
    int32_t row = p->kernel_w * p->in_c, taps = (p->kernel_h * row + 3) & ~3, far = taps - near_taps(p);
    if (p->scratch_bytes >= 2 * PAIRS * mite_conv_column_bytes(taps) || far > FAR_TAPS) {
        return 0;
    }
    return pointwise || (p->groups == 1 && p->dilation_w == 1 && far % row == 0) ? far : 0;
}

static __attribute__((noinline)) void split(const mite_conv_t *p, int is_pointwise, int32_t done) {
    int32_t far[PAIRS * FAR_TAPS];
    if (is_pointwise) {
        pointwise(p, far);
    } else {
        convolve(p, done, far);
    }
}
#endif

void mite_conv_2d_s8__scalar(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int is_pointwise = p->kernel_h + p->kernel_w + p->stride_h + p->stride_w + p->groups == 5 // none of them is 0
        && p->pad_top + p->pad_left == 0 && p->in_h == p->out_h && p->in_w == p->out_w;
    int32_t done = is_pointwise ? 0 : rows_run(p);
#if defined(SPLIT)
    if (far_taps(p, is_pointwise)) {
        split(p, is_pointwise, done);
    } else
#endif
    if (is_pointwise) {
        pointwise(p, NULL);
    } else {
        convolve(p, done, NULL);
    }
#if defined(FOUR)
    mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c); // `four` knows int8's alone
#endif
}

#endif
