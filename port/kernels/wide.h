// Double precision in whole numbers, for what the reference computes so: no library has it on every board, and compilers' own is large. Rounded to
// nearest, ties to even. In place of subnormal numbers there is the smallest that is none.
#ifndef MITE_WIDE_H
#define MITE_WIDE_H

#include <stdint.h>

#include "real.h"

typedef uint64_t mite_wide_t; // a double's bits

#define MITE_WIDE_SIGN ((uint64_t)1 << 63)
#define MITE_WIDE_ONE ((uint64_t)1 << 52) // of the exponent; the leading bit of a mantissa
#define MITE_WIDE_INFINITY (2047 * MITE_WIDE_ONE)
#define MITE_WIDE_NAN (MITE_WIDE_INFINITY + MITE_WIDE_ONE / 2)

static inline int32_t mite_wide_exponent(mite_wide_t a) {
    return (int32_t)(a >> 52 & 2047);
}

// The leading bit, and the 52 bits behind it.
static inline uint64_t mite_wide_mantissa(mite_wide_t a) {
    return (a & (MITE_WIDE_ONE - 1)) | MITE_WIDE_ONE;
}

// The high half of a product of 64 bits by 64; of the low half, in the lowest bit, whether it is all zeros.
static inline uint64_t mite_wide_high(uint64_t a, uint64_t b) {
    uint64_t low = (uint64_t)(uint32_t)a * (uint32_t)b, cross = (a >> 32) * (uint32_t)b + (low >> 32);
    uint64_t other = (uint64_t)(uint32_t)a * (b >> 32) + (uint32_t)cross;
    return ((a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32)) | ((uint32_t)low || (uint32_t)other);
}

// mantissa * 2^(exponent - 1023 - 63). The lowest bit may stand for all below it.
static inline mite_wide_t mite_wide_round(uint64_t sign, int32_t exponent, uint64_t mantissa) {
    for (; mantissa && !(mantissa >> 63); exponent--) {
        mantissa <<= 1;
    }
    if (!mantissa || exponent < -51) {
        return sign;
    }
    exponent = exponent < 1 ? 1 : exponent;
    if (exponent >= 2047) {
        return sign | MITE_WIDE_INFINITY;
    }
    // What is cut off counts as a half and more, or, at exactly a half, if that makes the number even. The leading bit adds 1 to the exponent.
    uint64_t whole = mantissa >> 11, rest = (mantissa & 2047) + (whole & 1);
    return sign | ((uint64_t)(exponent - 1) * MITE_WIDE_ONE + whole + (rest > 1024));
}

static inline mite_wide_t mite_wide_of(float x) {
    uint32_t bits = mite_real_bits(x);
    uint64_t sign = (uint64_t)(bits >> 31) << 63, fraction = bits & 0x7fffff;
    int32_t exponent = (int32_t)(bits >> 23 & 255);
    if (exponent == 255) {
        return sign | MITE_WIDE_INFINITY | fraction << 29;
    }
    return mite_wide_round(sign, (exponent ? exponent : 1) + 896, (fraction | (uint64_t)(exponent != 0) << 23) << 40);
}

static inline float mite_wide_single(mite_wide_t a) {
    uint32_t sign = (uint32_t)(a >> 32) & 0x80000000u;
    int32_t exponent = mite_wide_exponent(a) - 896, shift = exponent < 1 ? 30 - exponent : 29;
    if (exponent >= 255) {
        return mite_real_of_bits(sign | ((a & ~MITE_WIDE_SIGN) > MITE_WIDE_INFINITY ? MITE_REAL_NAN : MITE_REAL_INFINITY));
    }
    if (shift > 54) {
        return mite_real_of_bits(sign);
    }
    uint64_t mantissa = mite_wide_mantissa(a), whole = mantissa >> shift, half = (uint64_t)1 << (shift - 1);
    whole += (mantissa & (2 * half - 1)) + (whole & 1) > half;
    return mite_real_of_bits(sign | (uint32_t)(whole + ((uint64_t)(exponent < 1 ? 0 : exponent - 1) << 23)));
}

static inline mite_wide_t mite_wide_product(mite_wide_t a, mite_wide_t b) {
    uint64_t sign = (a ^ b) & MITE_WIDE_SIGN;
    a &= ~MITE_WIDE_SIGN;
    b &= ~MITE_WIDE_SIGN;
    if (a >= MITE_WIDE_INFINITY || b >= MITE_WIDE_INFINITY) {
        return !a || !b || a > MITE_WIDE_INFINITY || b > MITE_WIDE_INFINITY ? MITE_WIDE_NAN : sign | MITE_WIDE_INFINITY;
    }
    if (!a || !b) {
        return sign;
    }
    return mite_wide_round(sign, mite_wide_exponent(a) + mite_wide_exponent(b) - 1022,
                           mite_wide_high(mite_wide_mantissa(a) << 11, mite_wide_mantissa(b) << 11));
}

static inline mite_wide_t mite_wide_sum(mite_wide_t a, mite_wide_t b) {
    if ((a & ~MITE_WIDE_SIGN) < (b & ~MITE_WIDE_SIGN)) {
        mite_wide_t c = a;
        a = b;
        b = c;
    }
    int32_t exponent = mite_wide_exponent(a), apart = exponent - mite_wide_exponent(b);
    if (exponent == 2047) {
        return !apart && a != b ? MITE_WIDE_NAN : a;
    }
    if (!(b & ~MITE_WIDE_SIGN)) {
        return a & ~MITE_WIDE_SIGN ? a : a & b;
    }
    uint64_t x = mite_wide_mantissa(a) << 10, y = mite_wide_mantissa(b) << 10;
    if (apart) {
        y = apart > 62 ? 1 : y >> apart | (y << (64 - apart) != 0);
    }
    x = (a ^ b) & MITE_WIDE_SIGN ? x - y : x + y;
    return mite_wide_round(x ? a & MITE_WIDE_SIGN : 0, exponent + 1, x);
}

// a / b for 0 < b, which is not infinite.
static inline mite_wide_t mite_wide_quotient(float a, float b) {
    mite_wide_t x = mite_wide_of(a), y = mite_wide_of(b), sign = x & MITE_WIDE_SIGN;
    int32_t exponent = mite_wide_exponent(x) - mite_wide_exponent(y);
    if (x == sign || mite_wide_exponent(x) == 2047) {
        return x;
    }
    uint64_t rest = mite_wide_mantissa(x), divisor = mite_wide_mantissa(y), quotient = 0;
    // 56 bits, of which the first may be 0, and whether anything is left.
    for (int i = 0; i < 56; i++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    return mite_wide_round(sign, exponent + 1030, quotient << 1 | (rest != 0));
}

// exp(x), the error hardly above half of the last bit: a power of 2 times the series of what is left, which is at most log 2.
static inline mite_wide_t mite_wide_exp(mite_wide_t x) {
    // 2^62 / n! for n = 19 down to 0
    static const uint64_t series[] = {
        0x26, 0x2d0, 0x32a6, 0x35cfe, 0x35cfe8, 0x3272e95, 0x2c248c27, 0x23ddb1dff, 0x1ae64567f5, 0x127e4fb778a, 0xb8ef1d2ab64,
        0x680680680680, 0x3403403403403, 0x16c16c16c16c17, 0x88888888888889, 0x2aaaaaaaaaaaaab, 0xaaaaaaaaaaaaaab, 0x2000000000000000,
        0x4000000000000000, 0x4000000000000000,
    };
    int32_t exponent = mite_wide_exponent(x) - 1023;
    uint32_t negative = (uint32_t)(x >> 63);
    if (exponent >= 10) { // beyond this all is infinite, or nothing
        return exponent == 1024 && x & (MITE_WIDE_ONE - 1) ? x : negative ? 0 : MITE_WIDE_INFINITY;
    }
    // |x| with 64 bits behind the point
    uint64_t mantissa = mite_wide_mantissa(x) << 11, part = exponent < -1 ? exponent < -64 ? 0 : mantissa >> (-1 - exponent) : mantissa << (exponent + 1);
    uint32_t whole = exponent < 0 ? 0 : (uint32_t)(mantissa >> (63 - exponent));
    // How often log 2 is in it, or once less; where x is negative once more, or twice.
    const uint64_t log_2 = 0xb17217f7d1cf79ab, log_2_low = 0xc9e3b398;
    uint32_t k = (uint32_t)(((uint64_t)(whole << 20 | (uint32_t)(part >> 44)) + negative) * (0xb8aa3b29u + negative) >> 51) + negative;
    uint64_t low = (uint64_t)k * (uint32_t)log_2 + (k * log_2_low >> 32), taken = ((k * (log_2 >> 32)) << 32) + low;
    uint64_t rest = negative ? taken - part : part - taken; // with what is whole the difference is less than 1
    uint64_t sum = 0;
    for (uint32_t i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
        sum = mite_wide_high(sum, rest) + series[i];
    }
    return mite_wide_round(0, 1024 + (negative ? -(int32_t)k : (int32_t)k), sum);
}

#endif
