// Division of floats for native modules: on ARMv6-M, because the compiler's own (libgcc's) holds an absolute address, which a
// module that is loaded anywhere cannot have, and on Xtensa, where there is none (runtime.c). Correctly rounded, as IEEE 754 asks and as every other target divides.

#include <stdint.h>
#include <string.h>

#if (defined(MICROPY_ENABLE_DYNRUNTIME) && defined(__ARM_ARCH_6M__)) || defined(MITE_RUNTIME) || defined(MITE_DIVIDE_TEST)

#define INFINITE (0xffu << 23)
#define QUIET_NAN (INFINITE | 1u << 22)

// A positive number's significand with its leading bit at position 23, and its exponent: subnormal numbers shift up.
static uint32_t take_apart(uint32_t bits, int32_t *exponent) {
    uint32_t significand = bits & 0x7fffff;
    *exponent = (int32_t)(bits >> 23);
    if (*exponent) {
        return significand | 1u << 23;
    }
    *exponent = 1;
    while (!(significand >> 23)) {
        significand <<= 1;
        *exponent -= 1;
    }
    return significand;
}

static uint32_t divide(uint32_t a, uint32_t b) {
    uint32_t sign = (a ^ b) & 1u << 31;
    a &= ~(1u << 31);
    b &= ~(1u << 31);
    if (a > INFINITE || b > INFINITE || (a == INFINITE && b == INFINITE) || (!a && !b)) {
        return QUIET_NAN;
    }
    if (a == INFINITE || !b) {
        return sign | INFINITE;
    }
    if (!a || b == INFINITE) {
        return sign;
    }
    int32_t exponent_a, exponent_b;
    uint32_t rest = take_apart(a, &exponent_a);
    uint32_t divisor = take_apart(b, &exponent_b);
    int32_t exponent = exponent_a - exponent_b + 127;
    if (rest < divisor) {
        rest <<= 1;
        exponent -= 1;
    }
    // 24 bits of quotient and one to round by; whether anything is left decides ties.
    uint32_t quotient = 0;
    for (int i = 0; i < 25; i++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    uint32_t sticky = rest != 0;
    if (exponent < 1) {
        // A subnormal result has fewer bits.
        uint32_t shift = exponent < -25 ? 26 : (uint32_t)(1 - exponent);
        sticky |= (quotient & ((1u << shift) - 1)) != 0;
        quotient >>= shift;
        exponent = 0;
    } else {
        if (exponent > 254) {
            return sign | INFINITE;
        }
        // The leading bit, shifted down below, adds the one that is taken here.
        exponent -= 1;
    }
    uint32_t result = ((uint32_t)exponent << 23) + (quotient >> 1);
    if ((quotient & 1) && (sticky || (result & 1))) {
        result += 1; // carries into the exponent as it should, up to infinity
    }
    return sign | result;
}

#if defined(MITE_RUNTIME)
uint32_t __divsf3(uint32_t numerator, uint32_t denominator);

uint32_t __divsf3(uint32_t numerator, uint32_t denominator) {
    return divide(numerator, denominator);
}
#else
float __aeabi_fdiv(float numerator, float denominator);

float __aeabi_fdiv(float numerator, float denominator) {
    uint32_t a, b;
    memcpy(&a, &numerator, sizeof(a));
    memcpy(&b, &denominator, sizeof(b));
    a = divide(a, b);
    memcpy(&numerator, &a, sizeof(a));
    return numerator;
}
#endif

#endif
