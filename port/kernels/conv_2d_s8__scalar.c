// Convolution for cores without SIMD: the taps of four output pixels (two, where scratch memory is short) are gathered in scratch
// memory as words of two pixels each, and every output channel's weights meet all of them: a weight is loaded once for four
// multiply-adds, and multiplied twice.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

enum { PAIRS = 2 };

// `taps` (a multiple of 4, at least 4) of two pairs of pixels against one row of weights. x: for each tap a word for each pair.
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
#elif defined(SCALAR_HIGH_REGISTERS)
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
    sums[0] = low;
    sums[1] = high;
    scalar_end(b, taps / 2, &low, &high);
    sums[2] = low;
    sums[3] = high;
    return w;
}

#if defined(SCALAR_HIGH_REGISTERS)
// One pair of pixels against one row, up to `end`.
SCALAR_INLINE scalar_sums_t dot2(const int32_t *x, const int8_t *w, const int8_t *end) {
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
#elif defined(SCALAR_HIGH_REGISTERS)
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
    sums[0] = low;
    sums[1] = high;
    scalar_end(b, taps / 2, &low, &high);
    sums[2] = low;
    sums[3] = high;
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
    const int32_t *columns;
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

#if defined(SCALAR_WIDE)
// The rest of a row that is longer than the low field has room for.
static __attribute__((noinline)) const int8_t *rest(const int32_t *x, const int8_t *w, int32_t row, int32_t taps, int32_t *sums, int pairs) {
    for (; taps > 0; taps -= SCALAR_TAPS) {
        int32_t more[4], n = mite_quant_min(taps, SCALAR_TAPS);
        w = pairs == 2 ? dot4(x, w, n, more) : dot2x2(x, w, row, n, more);
        x += pairs * n;
        for (int i = 0; i < 4; i++) {
            sums[i] += more[i];
        }
    }
    return w;
}
#endif

// All of a row: dot4, or dot2x2 where there is one pair.
SCALAR_INLINE const int8_t *dot(const int32_t *x, const int8_t *w, int32_t row, int32_t taps, int32_t *sums, const int pairs) {
    int32_t n = mite_quant_min(taps, SCALAR_TAPS);
    w = pairs == 2 ? dot4(x, w, n, sums) : dot2x2(x, w, row, n, sums);
#if defined(SCALAR_WIDE)
    if (n != taps) {
        int32_t more[4] = {0, 0, 0, 0};
        w = rest(x + pairs * n, w, row, taps - n, more, pairs);
        for (int i = 0; i < 4; i++) {
            sums[i] += more[i];
        }
    }
#endif
    return w;
}

#if defined(SCALAR_WIDE)
// How `four` goes through the channels of four pixels; it knows these places by number, and changes the first, out and packed.
typedef struct {
    const int8_t *weights;
    int32_t entry;          // where in the loop of 16 taps a row begins, in bytes of code
    const int32_t *columns;
    int32_t turns;          // of that loop
    int8_t *out;
    const int32_t *packed;
    int32_t rounding;       // 2 * zero point + 1
    int32_t lane[3];        // as in tile_t, but the first
    int8_t *end;
    int32_t positive;
} four_t;

enum { BLOCK_CODE = 56 }; // bytes of four taps' code in it

static int32_t least_shift(const mite_requant_t *r, int32_t channels) {
    int32_t least = 31;
    for (const int32_t *packed = r->packed; channels; channels--, packed += 2) {
        least = mite_quant_min(least, packed[1] & 31);
    }
    return least;
}

// Rows of at most SCALAR_TAPS taps, and shifts that leave `positive` a half to round with: at least 2, else 1.
// A low field is what its bits say with their sign; a high one what is above it and the low one's sign, which the shift leaves in the carry.
// If `positive`, bias, both roundings and the zero point are in what an output's product is added to (r8, r9); else what comes
// behind the first rounding is in r1, and numbers are doubled, so that the high word is what that leaves.
static __attribute__((noinline)) void four(four_t *t) {
#define TWO_TAPS \
    "ldrsb r6, [r1], #1\n" \
    "ldmia r8!, {r2, r3, r4, r5}\n" \
    "smlal r10, r11, r6, r2\n" \
    "smlal r12, lr, r6, r3\n" \
    "ldrsb r6, [r1], #1\n" \
    "smlal r10, r11, r6, r4\n" \
    "smlal r12, lr, r6, r5\n"
#define LOW(SUM) "sbfx r4, " SUM ", #0, #23\n"
#define HIGH(LOWER, UPPER) "lsrs r4, " LOWER ", #23\nadc r4, r4, " UPPER ", lsl #9\n"
#define SCALED "mov r6, r8\nmov lr, r9\nsmlal r6, lr, r4, r2\n"
#define ROUNDED "add lr, lr, lr, asr #31\nadd lr, lr, r1\n"
#define STORED(LANE) "ldr r6, [%[t], #" LANE "]\nasr lr, lr, r3\nssat lr, #8, lr\nstrb lr, [r5, r6]\n"
    __asm volatile(
        "1: ldmia %[t], {r1, r6, r8, r9}\n"
        "mov r10, #0\n"
        "mov r11, #0\n"
        "mov r12, #0\n"
        "mov lr, #0\n"
        "add pc, r6\n"
        "nop\n"
        "2:\n" TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS
        "subs r9, r9, #1\n"
        "bne 2b\n"
        "str r1, [%[t]]\n"
        "ldrd r5, r6, [%[t], #16]\n"
        "ldrd r2, r3, [r6], #8\n" // multiplier; bias and shift
        "str r6, [%[t], #20]\n"
        "ldr r9, [%[t], #24]\n"
        "ldr r6, [%[t], #44]\n"
        "asr r4, r3, #5\n"
        "and r3, r3, #31\n"
        "cbz r6, 3f\n"
        "sub r3, r3, #1\n"
        "lsl r9, r9, r3\n"
        "asr r9, r9, #1\n"
        "mov r8, #0x40000000\n"
        "smlal r8, r9, r4, r2\n"
        HIGH("r12", "lr") SCALED STORED("36")
        LOW("r12") SCALED STORED("32")
        HIGH("r10", "r11") SCALED STORED("28")
        LOW("r10")
        "smlal r8, r9, r4, r2\n"
        "asr r9, r9, r3\n"
        "b 4f\n"
        "3: lsl r1, r9, r3\n"
        "asr r1, r1, #1\n"
        "lsl r4, r4, #1\n"
        "mov r9, #0\n"
        "mov r8, #0x80000000\n"
        "smlal r8, r9, r4, r2\n"
        HIGH("r12", "lr") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("36")
        LOW("r12") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("32")
        HIGH("r10", "r11") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("28")
        LOW("r10") "lsl r4, r4, #1\n"
        "smlal r8, r9, r4, r2\n"
        "add r9, r9, r9, asr #31\n"
        "add r9, r9, r1\n"
        "asr r9, r9, r3\n"
        "4: ldr r6, [%[t], #40]\n"
        "ssat r9, #8, r9\n"
        "strb r9, [r5], #1\n"
        "str r5, [%[t], #16]\n"
        "cmp r5, r6\n"
        "bne 1b\n"
        :
        : [t] "r"(t)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef TWO_TAPS
#undef LOW
#undef HIGH
#undef SCALED
#undef ROUNDED
#undef STORED
}
#endif

// The channels of four pixels.
static __attribute__((noinline)) void channels4(const tile_t *t) {
    const int8_t *w = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (int8_t *end = out + t->count; out != end; out++, packed += 2) {
        int32_t sums[4];
        w = dot(t->columns, w, 0, t->taps, sums, 2);
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
        w = dot(t->columns, w, row, t->taps, sums, 1) + row;
        put(t, sums, packed, out, 2);
        if (row) {
            put(t, sums + 2, packed + 2, out + 1, 2);
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
    tile_t t = {.columns = columns, .taps = s.taps, .count = group_out, .positive = scalar_positive(&p->requant), .requant = &p->requant};
    pixel_t pixel[2 * PAIRS], at = {p->input - (p->pad_top * p->in_w + p->pad_left) * p->in_c, -p->pad_top, -p->pad_left};
    int32_t ox = 0, oy = 0;
    int pointwise = p->kernel_h + p->kernel_w + p->stride_h + p->stride_w + p->groups == 5 // none of them is 0
        && p->pad_top + p->pad_left == 0 && p->in_h == p->out_h && p->in_w == p->out_w;
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
                join(columns + i / 2, s.step, a, i + 1 < some ? a + p->in_c : a, p->in_c);
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
                int32_t blocks = s.taps / 4;
                four_t f = {t.weights, (-blocks & 3) * BLOCK_CODE, columns, (blocks + 3) / 4, t.out, t.packed, 2 * p->requant.zero_point + 1,
                            {t.lane[1], t.lane[2], t.lane[3]}, t.out + group_out, t.positive};
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

#endif
