// Rows of weights against gathered pixels, for cores without SIMD: sums of products of two pairs of pixels, or of one pair and two rows.
#ifndef MITE_CONV_SCALAR_DOTS_H
#define MITE_CONV_SCALAR_DOTS_H

#include "scalar.h"

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

#endif
