// What the kernels for Armv7E-M and Armv8-M with the DSP extension share. Two int8 taps become two int16 halves of a word
// (SXTB16), and SMLAD multiplies and adds two pairs at once. Of four taps k .. k+3 the first word holds k and k+2, the second k+1 and k+3.
#ifndef MITE_DSP_H
#define MITE_DSP_H

#include <stdint.h>

#include "conv.h"

// Words and halves at any address. (memcpy would do, but is a call where builtins are off.)
typedef struct __attribute__((packed, may_alias)) {
    int32_t value;
} dsp_word_t;

typedef struct __attribute__((packed, may_alias)) {
    int16_t value;
} dsp_half_t;

static inline int32_t dsp_load(const void *at) {
    return ((const dsp_word_t *)at)->value;
}

static inline int32_t dsp_load_half(const void *at) {
    return ((const dsp_half_t *)at)->value;
}

static inline int32_t dsp_even(int32_t word) {
    int32_t halves;
    __asm("sxtb16 %0, %1" : "=r"(halves) : "r"(word));
    return halves;
}

static inline int32_t dsp_odd(int32_t word) {
    int32_t halves;
    __asm("sxtb16 %0, %1, ror #8" : "=r"(halves) : "r"(word));
    return halves;
}

static inline int32_t dsp_smlad(int32_t a, int32_t b, int32_t sum) {
    __asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}

// Halves added to halves.
static inline int32_t dsp_sum(int32_t a, int32_t b) {
    int32_t sum;
    __asm("sadd16 %0, %1, %2" : "=r"(sum) : "r"(a), "r"(b));
    return sum;
}

// Two int8 as int16 halves, doubled: sums come out doubled, as the first rounding of a requantization wants them.
static inline int32_t dsp_twice(int32_t halves) {
    return dsp_sum(halves, halves);
}

// How a sum becomes an output, held to int8. RELU: the zero point is -128, so that what a negative sum is does not matter.
enum { DSP_RELU, DSP_LINEAR };

static inline int dsp_mode(const mite_requant_t *r) {
    return r->zero_point == INT8_MIN ? DSP_RELU : DSP_LINEAR;
}

// How one output channel's doubled sums become int8, for |sum| < 2^30 before doubling and a shift to the right.
typedef struct {
    int32_t multiplier, shift;
    int32_t add;  // half a step of the shift, and the zero point above it
    int32_t sign; // -1 where there is a shift, and so something to round
} dsp_scale_t;

// word: the second of a channel's packed words.
static inline dsp_scale_t dsp_scale(int32_t multiplier, int32_t word, int32_t twice_zero_point_and_one) {
    int32_t shift = word & 31;
    dsp_scale_t scale = {multiplier, shift, (int32_t)((uint32_t)twice_zero_point_and_one << shift) >> 1, -(shift != 0)};
    return scale;
}

// The reference rounds twice: the doubled product's high word to nearest, then the shift to nearest with halves away from zero: a
// negative sum takes one off first. (Its product may be 0 all the same: then half a step less one still shifts to 0.)
// RELU clamps results below the zero point away, so that this does not matter.
static inline __attribute__((always_inline)) int8_t dsp_requant(int32_t doubled, dsp_scale_t scale, const int mode) {
    int32_t value, add = scale.add;
    if (mode != DSP_RELU) {
        add += doubled >> 31 & scale.sign;
    }
    __asm("smmlar %0, %1, %2, %3" : "=r"(value) : "r"(doubled), "r"(scale.multiplier), "r"(add));
    value >>= scale.shift;
    __asm("ssat %0, #8, %1" : "=r"(value) : "r"(value));
    return (int8_t)value;
}

#endif
