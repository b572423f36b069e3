// Division and the exponential function in double precision, for what the reference computes so. No library has them on every board.
#ifndef MITE_WIDE_H
#define MITE_WIDE_H

#include <stdint.h>
#include <string.h>

// Constants as bits: some boards are compiled with all constants in single precision.
static inline double mite_wide_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// 2^exponent, -1022 to 1023
static inline double mite_wide_power_of_2(int32_t exponent) {
    return mite_wide_of_bits((uint64_t)(exponent + 1023) << 52);
}

static inline uint64_t mite_wide_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

// a / b, correctly rounded. 0 < b, and neither is infinite in what comes out: quotients of singles are never subnormal. (The compiler's own division
// of doubles holds an absolute address on ARMv6-M, which a native module cannot have.)
static inline double mite_wide_quotient(float a, float b) {
    const uint64_t one = (uint64_t)1 << 52;
    uint64_t x = mite_wide_bits((double)a), y = mite_wide_bits((double)b), sign = x & (uint64_t)1 << 63;
    int32_t exponent = (int32_t)((x ^ sign) >> 52) - (int32_t)(y >> 52);
    if (x == sign || (x ^ sign) >> 52 == 2047) {
        return (double)a;
    }
    uint64_t rest = (x & (one - 1)) | one, divisor = (y & (one - 1)) | one, quotient = 0;
    if (rest < divisor) {
        rest <<= 1;
        exponent--;
    }
    // 53 bits of quotient and one to round by; whether anything is left decides ties.
    for (int i = 0; i < 54; i++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    uint64_t result = quotient >> 1;
    result += (quotient & 1) && (rest || (result & 1));
    // The leading bit adds the one that is taken here.
    return mite_wide_of_bits(sign | (((uint64_t)(exponent + 1022) << 52) + result));
}

// exp(x), the error below 1 ulp: a power of 2 times the series of what is left, which is at most half of log 2.
static inline double mite_wide_exp(double x) {
    // 1 / n! for n = 14 to 2
    static const uint64_t series[] = {
        0x3da93974a8c07c9d, 0x3de6124613a86d09, 0x3e21eed8eff8d898, 0x3e5ae64567f544e4, 0x3e927e4fb7789f5c, 0x3ec71de3a556c734, 0x3efa01a01a01a01a,
        0x3f2a01a01a01a01a, 0x3f56c16c16c16c17, 0x3f81111111111111, 0x3fa5555555555555, 0x3fc5555555555555, 0x3fe0000000000000,
    };
    if (x != x) {
        return x;
    }
    // Beyond these all is infinite, or nothing.
    x = x > (double)710 ? (double)710 : x < (double)-746 ? (double)-746 : x;
    double turns = x * mite_wide_of_bits(0x3ff71547652b82fe); // 1 / log 2
    int32_t k = (int32_t)(turns + (x < 0 ? -mite_wide_power_of_2(-1) : mite_wide_power_of_2(-1)));
    // log 2 in two parts, of which the first has so few bits that its product with k is exact
    double high = x - (double)k * mite_wide_of_bits(0x3fe62e42fee00000), low = (double)k * mite_wide_of_bits(0x3dea39ef35793c76);
    double rest = high - low, sum = mite_wide_of_bits(series[0]);
    for (uint32_t i = 1; i < sizeof(series) / sizeof(series[0]); i++) {
        sum = sum * rest + mite_wide_of_bits(series[i]);
    }
    // What rounding took from the rest comes back with the small part of the sum.
    sum = (double)1 + (rest + (sum * rest * rest + ((high - rest) - low)));
    return sum * mite_wide_power_of_2(k >> 1) * mite_wide_power_of_2(k - (k >> 1));
}

#endif
