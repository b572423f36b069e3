// Gathered pixels against rows of weights, for cores without SIMD: all output channels of four pixels, or of two.
#ifndef MITE_CONV_SCALAR_TILE_H
#define MITE_CONV_SCALAR_TILE_H

#include "scalar.h"

// Where a weight that meets four pixels saves more than it costs to go on elsewhere.
#if (defined(SCALAR_WIDE) || defined(SCALAR_HIGH_REGISTERS)) && !defined(__OPTIMIZE_SIZE__)
#define SPLIT 1
#endif

// The sums of two pairs of pixels, of `taps` taps.
SCALAR_INLINE void end_both(scalar_sums_t a, scalar_sums_t b, int32_t taps, int32_t *sums) {
    int32_t low, high;
    scalar_end(a, taps / 2, &low, &high);
    sums[0] = low;
    sums[1] = high;
    scalar_end(b, taps / 2, &low, &high);
    sums[2] = low;
    sums[3] = high;
}

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
    end_both(a, b, taps, sums);
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
    end_both(a, b, taps, sums);
    return w;
}

// What all channels of a tile need, side by side.
typedef struct {
    const int8_t *weights;
    const int32_t *columns; // where a row begins
    const int32_t *packed;
    int8_t *out, *end;
    int32_t lane[4]; // where each pixel's output lies behind the first one's. 0 for a lane that is not used: the first comes last
    int32_t positive;
    const int32_t *more; // where a row goes on
    int32_t taps, first; // of a row; of them, those in columns
    const mite_requant_t *requant;
    // For `four` alone.
    int32_t quick, rounding, entry;
#if defined(SCALAR_WIDE)
    int32_t turns, more_turns; // the first behind `entry`, as columns is behind weights, and out behind packed: they are loaded in pairs
#else
    int32_t all_begin, high_begin, lift;
    const int32_t *first_stop, *last_stop;
#endif
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
    for (int32_t n, taps = t->taps - t->first; taps > 0; taps -= n) {
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

// All of a row: dot4, or dot2x2 where there is one pair. more: may it go on elsewhere?
SCALAR_INLINE const int8_t *dot(const tile_t *t, const int8_t *w, int32_t row, int32_t *sums, const int pairs, const int more) {
    w = pairs == 2 ? dot4(t->columns, w, t->first, sums) : dot2x2(t->columns, w, row, t->first, sums);
    if (more && t->taps != t->first) {
        int32_t all[4] = {sums[0], sums[1], sums[2], sums[3]}; // in registers otherwise
        w = add_rest(t, w, row, all, pairs);
        for (int i = 0; i < 4; i++) {
            sums[i] = all[i];
        }
    }
    return w;
}

#if defined(SCALAR_WIDE)
enum { MORE = 1 };
#else
enum { MORE = 0 };
#endif

SCALAR_INLINE void each4(const tile_t *t, const int more) {
    const int8_t *w = t->weights;
    const int32_t *packed = t->packed;
    for (int8_t *out = t->out, *end = t->end; out != end; out++, packed += 2) {
        int32_t sums[4];
        w = dot(t, w, 0, sums, 2, more);
        put(t, sums, packed, out, 4);
    }
}

// The channels of four pixels.
static __attribute__((noinline)) void channels4(const tile_t *t) {
    each4(t, MORE);
}

#if defined(SPLIT) && !defined(SCALAR_WIDE)
static __attribute__((noinline)) void channels4_split(const tile_t *t) {
    each4(t, 1);
}
#else
#define channels4_split channels4
#endif

// The channels of two pixels, two channels at a time. A last one counts twice.
static __attribute__((noinline)) void channels2(const tile_t *t) {
    const int8_t *w = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (int32_t count = (int32_t)(t->end - out); count > 0; count -= 2, packed += 4, out += 2) {
        int32_t sums[4], row = count > 1 ? t->taps : 0;
        w = dot(t, w, row, sums, 1, MORE) + row;
        put(t, sums, packed, out, 2);
        if (row) {
            put(t, sums + 2, packed + 2, out + 1, 2);
        }
    }
}

#endif
