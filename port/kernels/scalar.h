// What the kernels for cores without SIMD share. One word holds a tap of two pixels, x0 + x1 * 2^SCALAR_FIELD, so that one
// multiplication by a weight serves both: the low field of a sum of products is the first pixel's sum, what is above it the second's.
//
// Where a multiplication adds to 64 bits at once (Armv7-M), the low field has 23 bits, room for 255 products. Elsewhere it has
// 16 bits and two products; then the two fields are taken apart and added up. The word `all` adds up what was not taken apart, so that the first sum
// needs no instruction of its own.
#ifndef MITE_SCALAR_H
#define MITE_SCALAR_H

#include <stdint.h>

#include "conv.h"

#define SCALAR_INLINE static inline __attribute__((always_inline))

// 64-bit numbers are two registers; only there is SMLAL worth it.
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 2
#define SCALAR_WIDE 1
#elif defined(__ARM_ARCH_ISA_THUMB)
#define SCALAR_THUMB1 1
#endif

// With -Os gcc keeps Thumb-1's high registers for itself.
#if defined(SCALAR_THUMB1) && !defined(__OPTIMIZE_SIZE__)
#define SCALAR_HIGH_REGISTERS 1
#endif

#if defined(SCALAR_WIDE)

enum { SCALAR_FIELD = 23, SCALAR_TAPS = 252 };

typedef int64_t scalar_sums_t;

SCALAR_INLINE scalar_sums_t scalar_begin(void) {
    return 1 << (SCALAR_FIELD - 1); // keeps the low field above zero: it never borrows from the high one
}

// (gcc would rather share the signs of its operands among several unsigned multiplications.)
SCALAR_INLINE scalar_sums_t scalar_one(scalar_sums_t sums, int32_t x, int32_t w) {
    __asm("smlal %Q0, %R0, %1, %2" : "+r"(sums) : "r"(x), "r"(w));
    return sums;
}

SCALAR_INLINE scalar_sums_t scalar_two(scalar_sums_t sums, int32_t x0, int32_t w0, int32_t x1, int32_t w1) {
    return scalar_one(scalar_one(sums, x0, w0), x1, w1);
}

// The two pixels' sums. turns: how many times scalar_one and scalar_two were called.
SCALAR_INLINE void scalar_end(scalar_sums_t sums, int32_t turns, int32_t *low, int32_t *high) {
    (void)turns;
    *low = ((int32_t)sums & ((1 << SCALAR_FIELD) - 1)) - (1 << (SCALAR_FIELD - 1));
    *high = (int32_t)(sums >> SCALAR_FIELD);
}

#else

// SCALAR_LIFT brings the sum of two products of any int8, -32512 .. 32768, to 255 .. 65535 in the low field, and to no more than
// an int16 in the high one.
enum { SCALAR_FIELD = 16, SCALAR_TAPS = 1 << 24, SCALAR_LIFT = 0x7fff - 0x10000 };

typedef struct {
    uint32_t all;
    int32_t high;
} scalar_sums_t;

SCALAR_INLINE scalar_sums_t scalar_begin(void) {
    scalar_sums_t sums = {0, 0};
    return sums;
}

SCALAR_INLINE scalar_sums_t scalar_one(scalar_sums_t sums, int32_t x, int32_t w) {
    uint32_t products = (uint32_t)x * (uint32_t)w + (uint32_t)SCALAR_LIFT;
    sums.all += products;
    sums.high += (int32_t)products >> SCALAR_FIELD;
    return sums;
}

SCALAR_INLINE scalar_sums_t scalar_two(scalar_sums_t sums, int32_t x0, int32_t w0, int32_t x1, int32_t w1) {
    uint32_t products = (uint32_t)x0 * (uint32_t)w0 + (uint32_t)x1 * (uint32_t)w1 + (uint32_t)SCALAR_LIFT;
    sums.all += products;
    sums.high += (int32_t)products >> SCALAR_FIELD;
    return sums;
}

SCALAR_INLINE void scalar_end(scalar_sums_t sums, int32_t turns, int32_t *low, int32_t *high) {
    *high = sums.high + turns;
    *low = (int32_t)(sums.all - (uint32_t)SCALAR_LIFT * (uint32_t)turns - ((uint32_t)*high << SCALAR_FIELD));
}

#endif

// A word of two pixels' taps.
SCALAR_INLINE int32_t scalar_pair(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)low + ((uint32_t)high << SCALAR_FIELD));
}

// value * multiplier / 2^31, rounded to nearest with halves up, for |value| < 2^30 and multiplier >= 0.
SCALAR_INLINE int32_t scalar_high_mul(int32_t value, int32_t multiplier) {
#if defined(SCALAR_THUMB1)
    // From 16-bit halves, with the value's low one signed: so no sum leaves 32 bits. The last 16 bits of the product cannot matter.
    int32_t low = (int16_t)value, high = (value - low) >> 16;
    int32_t m_low = multiplier & 0xffff, m_high = multiplier >> 16;
    return 2 * (high * m_high) + ((high * m_low + low * m_high + ((low * m_low) >> 16) + (1 << 14)) >> 15);
#elif defined(SCALAR_WIDE)
    return (int32_t)(scalar_one((int64_t)1 << 31, 2 * value, multiplier) >> 32);
#else
    return (int32_t)(((int64_t)(2 * value) * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}

// How the proven sums of a channel become int8 (mite_requant_t.packed).
typedef struct {
    int32_t multiplier, shift;
    int32_t add;  // half a step of the shift, and the zero point above it
    int32_t away; // -1, or 0 where there is no shift and so nothing to round
#if defined(SCALAR_WIDE)
    int64_t begin; // the bias times the multiplier, doubled, and half of 2^32
#else
    int32_t bias;
#endif
} scalar_scale_t;

// packed: a channel's two words; bias: what will be added to its sums.
SCALAR_INLINE scalar_scale_t scalar_scale(const int32_t *packed, int32_t bias, int32_t zero_point) {
    int32_t shift = packed[1] & 31;
    scalar_scale_t scale = {.multiplier = packed[0], .shift = shift, .add = (int32_t)((uint32_t)(2 * zero_point + 1) << shift) >> 1,
                            .away = shift ? -1 : 0};
#if defined(SCALAR_WIDE)
    scale.begin = scalar_one((int64_t)1 << 31, 2 * bias, packed[0]);
#else
    scale.bias = bias;
#endif
    return scale;
}

// Is the op's clamp that of a ReLU with all of int8: from the zero point -128 up? Then nothing below zero is seen.
SCALAR_INLINE int scalar_positive(const mite_requant_t *r) {
    return r->zero_point == INT8_MIN && r->min == INT8_MIN && r->max == INT8_MAX;
}

// The output for a sum of products without its bias.
SCALAR_INLINE int8_t scalar_output(int32_t sum, const scalar_scale_t *scale, const mite_requant_t *r, const int positive) {
#if defined(SCALAR_WIDE)
    int32_t value = (int32_t)(scalar_one(scale->begin, 2 * sum, scale->multiplier) >> 32);
#else
    int32_t value = scalar_high_mul(sum + scale->bias, scale->multiplier);
#endif
    if (positive) {
        return (int8_t)mite_quant_saturate((value + scale->add) >> scale->shift);
    }
    // The second rounding takes halves away from zero: one less for a negative value.
    value = (value + (value >> 31 & scale->away) + scale->add) >> scale->shift;
    return (int8_t)mite_quant_clamp(value, r->min, r->max);
}

#endif
