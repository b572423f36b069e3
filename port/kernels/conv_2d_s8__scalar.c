// Convolution for cores without SIMD: the taps of four output pixels (two, where scratch memory is short) are gathered in scratch memory as words of
// two pixels each, and every output channel's weights meet all of them: a weight is loaded once for four multiply-adds, and multiplied twice.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

enum { PAIRS = 2 };

// `taps` (a multiple of 4, at least 4) of two pairs of pixels against one row of weights; the sums grow. x: for each tap a word for each pair.
SCALAR_INLINE const int8_t *dot4(const int32_t *x, const int8_t *w, int32_t taps, int32_t *sums) {
#if defined(SCALAR_WIDE)
    scalar_sums_t a = scalar_begin(), b = a;
    int32_t t, n = taps;
#define TWO_TAPS \
    "ldrsb %[t], [%[w]], #1\n" \
    "ldmia %[x]!, {r2, r3, r4, r5}\n" \
    "smlal %Q[a], %R[a], %[t], r2\n" \
    "smlal %Q[b], %R[b], %[t], r3\n" \
    "ldrsb %[t], [%[w]], #1\n" \
    "smlal %Q[a], %R[a], %[t], r4\n" \
    "smlal %Q[b], %R[b], %[t], r5\n"
    __asm volatile(
        "subs %[n], #16\n"
        "blt 2f\n"
        "1:\n" TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS
        "subs %[n], #16\n"
        "bge 1b\n"
        "2: adds %[n], #16\n"
        "beq 4f\n"
        "3:\n" TWO_TAPS TWO_TAPS
        "subs %[n], #4\n"
        "bne 3b\n"
        "4:\n"
        : [a] "+&r"(a), [b] "+&r"(b), [x] "+&r"(x), [w] "+&r"(w), [n] "+&r"(n), [t] "=&r"(t)
        :
        : "r2", "r3", "r4", "r5", "cc", "memory");
#undef TWO_TAPS
#elif defined(SCALAR_THUMB1)
    scalar_sums_t a = scalar_begin(), b = a;
    const int8_t *end = w + taps;
    // Sums and the constant wait in the high registers, which can be added to.
#define TWO_PRODUCTS \
    "add r2, %[lift]\n" \
    "add r3, %[lift]\n" \
    "add %[a_all], r2\n" \
    "add %[b_all], r3\n" \
    "asrs r2, #16\n" \
    "asrs r3, #16\n" \
    "add %[a_high], r2\n" \
    "add %[b_high], r3\n"
    __asm volatile(
        ".syntax unified\n" // gcc's own code for this core is; what is inline is not
        "1: ldmia %[w]!, {r6}\n"
        "ldmia %[x]!, {r2, r3, r4, r5}\n"
        "sxtb r1, r6\n"
        "muls r2, r1\n"
        "muls r3, r1\n"
        "lsls r1, r6, #16\n"
        "asrs r1, #24\n"
        "muls r4, r1\n"
        "muls r5, r1\n"
        "adds r2, r4\n"
        "adds r3, r5\n" TWO_PRODUCTS
        "ldmia %[x]!, {r2, r3, r4, r5}\n"
        "lsls r1, r6, #8\n"
        "asrs r1, #24\n"
        "asrs r6, #24\n"
        "muls r2, r1\n"
        "muls r3, r1\n"
        "muls r4, r6\n"
        "muls r5, r6\n"
        "adds r2, r4\n"
        "adds r3, r5\n" TWO_PRODUCTS
        "ldr r1, %[end]\n"
        "cmp %[w], r1\n"
        "bne 1b\n"
        : [a_all] "+&h"(a.all), [a_high] "+&h"(a.high), [b_all] "+&h"(b.all), [b_high] "+&h"(b.high), [x] "+&l"(x), [w] "+&l"(w)
        : [end] "m"(end), [lift] "h"(SCALAR_LIFT)
        : "r1", "r2", "r3", "r4", "r5", "r6", "cc", "memory");
#undef TWO_PRODUCTS
#else
    scalar_sums_t a = scalar_begin(), b = a;
    for (const int8_t *end = w + taps; w != end; w += 4, x += 8) {
        a = scalar_two(a, x[0], w[0], x[2], w[1]);
        b = scalar_two(b, x[1], w[0], x[3], w[1]);
        a = scalar_two(a, x[4], w[2], x[6], w[3]);
        b = scalar_two(b, x[5], w[2], x[7], w[3]);
    }
#endif
    int32_t low, high;
    scalar_end(a, taps / 2, &low, &high);
    sums[0] += low;
    sums[1] += high;
    scalar_end(b, taps / 2, &low, &high);
    sums[2] += low;
    sums[3] += high;
    return w;
}

#if defined(SCALAR_THUMB1)
// One pair of pixels against one row, up to `end`.
static __attribute__((noinline)) scalar_sums_t dot2(const int32_t *x, const int8_t *w, const int8_t *end) {
    scalar_sums_t a = scalar_begin();
    __asm volatile(
        ".syntax unified\n"
        "1: ldmia %[w]!, {r6}\n"
        "ldmia %[x]!, {r2, r3, r4, r5}\n"
        "sxtb r1, r6\n"
        "muls r2, r1\n"
        "lsls r1, r6, #16\n"
        "asrs r1, #24\n"
        "muls r3, r1\n"
        "lsls r1, r6, #8\n"
        "asrs r1, #24\n"
        "muls r4, r1\n"
        "asrs r6, #24\n"
        "muls r5, r6\n"
        "adds r2, r3\n"
        "adds r4, r5\n"
        "add r2, %[lift]\n"
        "add r4, %[lift]\n"
        "add %[all], r2\n"
        "add %[all], r4\n"
        "asrs r2, #16\n"
        "asrs r4, #16\n"
        "add %[high], r2\n"
        "add %[high], r4\n"
        "cmp %[w], %[end]\n"
        "bne 1b\n"
        : [all] "+&h"(a.all), [high] "+&h"(a.high), [x] "+&l"(x), [w] "+&l"(w)
        : [end] "h"(end), [lift] "h"(SCALAR_LIFT)
        : "r1", "r2", "r3", "r4", "r5", "r6", "cc", "memory");
    return a;
}
#endif

// One pair of pixels against two rows of weights, `row` bytes apart; x: a word for each tap. sums: the first row's two, then the second's.
SCALAR_INLINE const int8_t *dot2x2(const int32_t *x, const int8_t *w, int32_t row, int32_t taps, int32_t *sums) {
    scalar_sums_t a = scalar_begin(), b = a;
    const int8_t *end = w + taps;
#if defined(SCALAR_WIDE)
    int32_t t;
#define TAP(X) \
    "ldrsb %[t], [%[w], %[row]]\n" \
    "smlal %Q[b], %R[b], %[t], " X "\n" \
    "ldrsb %[t], [%[w]], #1\n" \
    "smlal %Q[a], %R[a], %[t], " X "\n"
    __asm volatile(
        "1: ldmia %[x]!, {r2, r3, r4, r5}\n" TAP("r2") TAP("r3") TAP("r4") TAP("r5")
        "cmp %[w], %[end]\n"
        "bne 1b\n"
        : [a] "+&r"(a), [b] "+&r"(b), [x] "+&r"(x), [w] "+&r"(w), [t] "=&r"(t)
        : [row] "r"(row), [end] "r"(end)
        : "r2", "r3", "r4", "r5", "cc", "memory");
#undef TAP
#elif defined(SCALAR_THUMB1)
    // There are too few registers to keep a word for another row: a multiplication overwrites it.
    a = dot2(x, w, end);
    b = dot2(x, w + row, end + row);
    w = end;
#else
    for (; w != end; w += 4, x += 4) {
        const int8_t *v = w + row;
        a = scalar_two(a, x[0], w[0], x[1], w[1]);
        b = scalar_two(b, x[0], v[0], x[1], v[1]);
        a = scalar_two(a, x[2], w[2], x[3], w[3]);
        b = scalar_two(b, x[2], v[2], x[3], v[3]);
    }
#endif
    int32_t low, high;
    scalar_end(a, taps / 2, &low, &high);
    sums[0] += low;
    sums[1] += high;
    scalar_end(b, taps / 2, &low, &high);
    sums[2] += low;
    sums[3] += high;
    return w;
}

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

// A pair's column of words: the taps of two pixels, which may be the same one.
static __attribute__((noinline)) void gather(const mite_conv_t *p, const shape_t *s, const pixel_t *a, const pixel_t *b, int32_t group, int32_t *to) {
    int8_t zero = (int8_t)p->input_zero_point;
    int32_t last = p->in_w - (p->kernel_w - 1) * p->dilation_w, step = s->step;
    int32_t count = p->kernel_w, bytes = s->channels;
    if (s->joined && a->left >= 0 && a->left < last && b->left >= 0 && b->left < last) {
        bytes *= count;
        count = 1;
    }
    int32_t ya = a->top, yb = b->top, next_tap = p->dilation_w * p->in_c;
    const int8_t *row_a = a->from + group, *row_b = b->from + group;
    for (int32_t ky = p->kernel_h; ky; ky--) {
        const int8_t *from_a = row_a, *from_b = row_b;
        int32_t xa = a->left, xb = b->left;
        for (int32_t kx = count; kx; kx--) {
            int in_a = ya >= 0 && ya < p->in_h && xa >= 0 && xa < p->in_w, in_b = yb >= 0 && yb < p->in_h && xb >= 0 && xb < p->in_w;
            const int8_t *at_a = in_a ? from_a : &zero, *at_b = in_b ? from_b : &zero;
            int32_t n = bytes;
            if (in_a && in_b) {
                for (; n > 1; n -= 2, to += 2 * step, at_a += 2, at_b += 2) {
                    to[0] = scalar_pair(at_a[0], at_b[0]);
                    to[step] = scalar_pair(at_a[1], at_b[1]);
                }
            }
            for (; n; n--, to += step, at_a += in_a, at_b += in_b) {
                *to = scalar_pair(*at_a, *at_b);
            }
            xa += p->dilation_w;
            xb += p->dilation_w;
            from_a += next_tap;
            from_b += next_tap;
        }
        ya += p->dilation_h;
        yb += p->dilation_h;
        row_a += p->dilation_h * p->in_w * p->in_c;
        row_b += p->dilation_h * p->in_w * p->in_c;
    }
}

// What all channels of a tile need, side by side.
typedef struct {
    const mite_conv_t *p;
    int32_t taps;
    int32_t positive;
    int32_t lane[4]; // where each pixel's output lies behind the first one's. 0 for a lane that is not used: the first comes last
} tile_t;

SCALAR_INLINE void put(const tile_t *t, const int32_t *sums, int32_t channel, int8_t *out, const int lanes) {
    const mite_requant_t *r = &t->p->requant;
    scalar_scale_t scale = scalar_scale(r->packed + 2 * channel, r->packed[2 * channel + 1] >> 5, r->zero_point);
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

// `count` channels of four pixels.
static __attribute__((noinline)) void channels4(const tile_t *t, int32_t channel, int32_t count, int8_t *out) {
    const int8_t *w = t->p->filter + channel * t->taps;
    for (int32_t end = channel + count; channel != end; channel++, out++) {
        const int32_t *x = t->p->scratch;
        int32_t sums[4] = {0, 0, 0, 0};
        for (int32_t left = t->taps; left; left -= SCALAR_TAPS) {
            if (left <= SCALAR_TAPS) {
                w = dot4(x, w, left, sums);
                break;
            }
            w = dot4(x, w, SCALAR_TAPS, sums);
            x += 2 * SCALAR_TAPS;
        }
        put(t, sums, channel, out, 4);
    }
}

// `count` channels of two pixels, two channels at a time. A last one counts twice.
static __attribute__((noinline)) void channels2(const tile_t *t, int32_t channel, int32_t count, int8_t *out) {
    const int8_t *w = t->p->filter + channel * t->taps;
    for (; count > 0; count -= 2) {
        const int32_t *x = t->p->scratch;
        int32_t sums[4] = {0, 0, 0, 0}, row = count > 1 ? t->taps : 0;
        for (int32_t left = t->taps; left > 0; left -= SCALAR_TAPS) {
            w = dot2x2(x, w, row, mite_quant_min(left, SCALAR_TAPS), sums);
            x += SCALAR_TAPS;
        }
        w += row;
        for (int i = 0; i < (count > 1 ? 2 : 1); i++, channel++, out++) {
            put(t, sums + 2 * i, channel, out, 2);
        }
    }
}

void mite_conv_2d_s8__scalar(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {.taps = (p->kernel_h * p->kernel_w * group_in + 3) & ~3, .channels = group_in,
                 .joined = p->groups == 1 && p->dilation_w == 1};
    int32_t lanes = p->scratch_bytes >= 2 * PAIRS * mite_conv_column_bytes(s.taps) ? 2 * PAIRS : 2;
    int32_t *columns = p->scratch;
    s.step = lanes / 2;
    tile_t t = {.p = p, .taps = s.taps, .positive = scalar_positive(&p->requant)};
    pixel_t pixel[2 * PAIRS], at = {p->input - (p->pad_top * p->in_w + p->pad_left) * p->in_c, -p->pad_top, -p->pad_left};
    int32_t ox = 0, oy = 0;
    int8_t *out = p->output;
    for (int32_t left = p->batches * p->out_h * p->out_w; left > 0; left -= lanes, out += lanes * p->out_c) {
        int32_t some = mite_quant_min(left, lanes);
        for (int32_t i = 0; i < lanes; i++) {
            t.lane[i] = i < some ? i * p->out_c : 0;
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
            for (int32_t i = 0; i < s.step; i++) {
                gather(p, &s, &pixel[2 * i], &pixel[2 * i + 1], g * group_in, columns + i);
            }
            if (lanes == 4) {
                channels4(&t, g * group_out, group_out, out + g * group_out);
            } else {
                channels2(&t, g * group_out, group_out, out + g * group_out);
            }
        }
    }
}

#endif
