// Fixed-point arithmetic that every kernel shares, bit for bit as the reference rounds it.
#ifndef MITE_QUANT_H
#define MITE_QUANT_H

#include <stdint.h>

static inline int32_t mite_quant_max(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static inline int32_t mite_quant_min(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static inline int32_t mite_quant_clamp(int32_t value, int32_t low, int32_t high) {
    return mite_quant_min(mite_quant_max(value, low), high);
}

// Held to int8.
static inline int32_t mite_quant_saturate(int32_t value) {
#if defined(__ARM_FEATURE_SAT)
    __asm("ssat %0, #8, %1" : "=r"(value) : "r"(value));
    return value;
#else
    return mite_quant_clamp(value, INT8_MIN, INT8_MAX);
#endif
}

// a * b / 2^31, rounded to nearest (halves up), where a and b are not both -2^31.
static inline int32_t mite_quant_high_mul_fitting(int32_t a, int32_t b) {
    // The reference adds 1 - 2^30 to a negative product and divides towards zero, which is the same.
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

// The same for any numbers: the one product that does not fit saturates.
static inline int32_t mite_quant_high_mul(int32_t a, int32_t b) {
    return a == b && a == INT32_MIN ? INT32_MAX : mite_quant_high_mul_fitting(a, b);
}

// value / 2^exponent, rounded to nearest (ties away from zero). 0 <= exponent <= 31.
static inline int32_t mite_quant_shift_down(int32_t value, int32_t exponent) {
    int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1);
    int32_t threshold = (mask >> 1) + (value < 0);
    return (value >> exponent) + ((value & mask) > threshold);
}

// value * multiplier * 2^(shift - 31), rounded twice as the reference does. -31 <= shift <= 30.
static inline int32_t mite_quant_scale(int32_t value, int32_t multiplier, int32_t shift) {
    if (shift > 0) {
        return mite_quant_high_mul((int32_t)((uint32_t)value << shift), multiplier);
    }
    return mite_quant_shift_down(mite_quant_high_mul(value, multiplier), -shift);
}

// value * multiplier * 2^(shift - 15), rounded once (halves up), as the reference does with 64-bit sums: the multiplier has 16 bits.
// -31 <= shift <= MITE_QUANT_WIDE_SHIFT_MOST.
enum { MITE_QUANT_WIDE_SHIFT_MOST = 14 };

static inline int32_t mite_quant_scale_wide(int64_t value, int32_t multiplier, int32_t shift) {
    int32_t right = 15 - shift;
    return (int32_t)((value * multiplier + ((int64_t)1 << (right - 1))) >> right);
}

#endif
