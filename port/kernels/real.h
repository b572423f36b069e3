// Functions of real numbers in single precision: the same instructions everywhere, so that every machine gives the same bits. Built with
// -ffp-contract=off, for a fused multiply-add rounds otherwise. Errors in units in the last place (ulp) are what tests/test_real.py finds.
#ifndef MITE_REAL_H
#define MITE_REAL_H

#include <stdint.h>
#include <string.h>

#define MITE_REAL_INFINITY 0x7f800000u // as bits
#define MITE_REAL_NAN 0x7fc00000u

static inline uint32_t mite_real_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline float mite_real_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// Not a number passes, as it does in the reference.
static inline float mite_real_clamp(float value, float low, float high) {
    value = value < low ? low : value;
    return high < value ? high : value;
}

static inline float mite_real_abs(float value) {
    return mite_real_of_bits(mite_real_bits(value) & 0x7fffffffu);
}

float mite_real_floor(float x);
float mite_real_round(float x);           // to nearest, halves to even
float mite_real_sqrt(float x);            // correctly rounded
float mite_real_exp(float x);             // 1 ulp
float mite_real_exp_less_1(float x);      // exp(x) - 1 for x <= 0; 1 ulp
float mite_real_log(float x);             // 1 ulp
float mite_real_sin(float x);             // 1 ulp, of numbers however large
float mite_real_cos(float x);             // 1 ulp
float mite_real_tanh(float x);            // 2 ulp
float mite_real_logistic(float x);        // 1 / (1 + exp(-x)), 3 ulp; exp(x) below -9, as the reference
float mite_real_erfc(float x);            // 1 - erf(x), 6 ulp
float mite_real_pow(float x, float y);    // 3 ulp

// x - n * y, exact, with the sign of x. quotient: n without its sign, modulo 2^32.
float mite_real_divide(float x, float y, uint32_t *quotient);

#endif
