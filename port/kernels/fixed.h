// Fixed-point functions of the reference (gemmlowp): int32 numbers, `bits` integer bits, the rest fraction.
#ifndef MITE_FIXED_H
#define MITE_FIXED_H

#include "quant.h"

// a * b of numbers without integer bits, rounded to nearest; not both are -1.
#if defined(__OPTIMIZE_SIZE__)
static __attribute__((noinline, unused))
#else
static inline
#endif
int32_t mite_fixed_mul(int32_t a, int32_t b) {
    return mite_quant_high_mul_fitting(a, b);
}

// x * 2^exponent, saturating; for a negative exponent rounded to nearest.
static inline int32_t mite_fixed_scale(int32_t x, int32_t exponent) {
    if (exponent <= 0) {
        return mite_quant_shift_down(x, -exponent);
    }
    int32_t limit = (int32_t)(((uint32_t)1 << (31 - exponent)) - 1);
    if (x > limit) {
        return INT32_MAX;
    }
    if (x < -limit) {
        return INT32_MIN;
    }
    return (int32_t)((uint32_t)x << exponent);
}

// exp(x) for x in [-1/4, 0), both with 0 integer bits: a Taylor polynomial around -1/8.
static inline int32_t mite_fixed_exp_quarter(int32_t x) {
    const int32_t exp_minus_eighth = 1895147668, third = 715827883;
    int32_t a = x + (1 << 28);
    int32_t a2 = mite_fixed_mul(a, a);
    int32_t a3 = mite_fixed_mul(a2, a);
    int32_t a4 = mite_fixed_mul(a2, a2);
    // a^2 / 2 + a^3 / 6 + a^4 / 24
    int32_t tail = mite_fixed_scale(mite_fixed_mul(mite_fixed_scale(a4, -2) + a3, third) + a2, -1);
    return exp_minus_eighth + mite_fixed_mul(exp_minus_eighth, a + tail);
}

// exp(x) for x <= 0 with 5 integer bits; the result has 0.
static inline int32_t mite_fixed_exp(int32_t x) {
    // exp(-2^k) for k = -2 .. 4: the bits of the part that is a multiple of a quarter choose the factors.
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t quarter = 1 << 24;
    if (x == 0) {
        return INT32_MAX;
    }
    int32_t rest = (x & (quarter - 1)) - quarter; // in [-1/4, 0)
    int32_t result = mite_fixed_exp_quarter(rest << 5);
    uint32_t quarters = (uint32_t)(rest - x) >> 24;
    for (int i = 0; i < 7; i++) {
        if (quarters >> i & 1) {
            result = mite_fixed_mul(result, factors[i]);
        }
    }
    return result;
}

// 1 / (1 + x) for x in [0, 1), both with 0 integer bits: three Newton steps.
static inline int32_t mite_fixed_one_over_one_plus(int32_t x) {
    // (x + 1) / 2, rounded half away from zero; both are not negative
    int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    // 48/17 - 32/17 * half, with 2 integer bits
    int32_t guess = 1515870810 + mite_fixed_mul(half, -1010580540);
    for (int i = 0; i < 3; i++) {
        int32_t error = (1 << 29) - mite_fixed_mul(half, guess);
        guess = guess + mite_fixed_scale(mite_fixed_mul(guess, error), 2);
    }
    return mite_fixed_scale(guess, 1);
}

#endif
