// fft_generic.h's arithmetic with the DSP instructions of Cortex-M4, M7, M33 and M55: both halves of a number at
// once, the very same results.
#ifndef MITE_AUDIO_FFT_DSP_H
#define MITE_AUDIO_FFT_DSP_H

#include <arm_acle.h>

#include "bits.h"
#include "fft.h"

// The imaginary part is in the upper half.
typedef uint32_t complex_t;

// From two numbers with 15 fractional bits too many.
INLINE complex_t complex_of_long(int32_t re, int32_t im) {
    complex_t result;
    __asm("pkhbt %0, %1, %2, lsl #1" : "=r"(result) : "r"(re >> 15), "r"(im));
    return result;
}

INLINE complex_t complex_of(int32_t re, int32_t im) {
    return (uint32_t)(uint16_t)re | (uint32_t)im << 16;
}

INLINE int32_t real_of(complex_t a) {
    return (int16_t)a;
}

INLINE int32_t imaginary_of(complex_t a) {
    return (int32_t)a >> 16;
}

INLINE complex_t scale(complex_t a, int32_t re_factor, int32_t im_factor) {
    return complex_of_long(__smlabb((int32_t)a, re_factor, 16384), __smlatb((int32_t)a, im_factor, 16384));
}

INLINE complex_t rotate(complex_t a, complex_t turn) {
    return complex_of_long(__smlad((int32_t)a, (int32_t)turn, 16384), __smlsdx((int32_t)turn, (int32_t)a, 16384));
}

INLINE complex_t add(complex_t a, complex_t b) {
    return (complex_t)__sadd16((int32_t)a, (int32_t)b);
}

INLINE complex_t subtract(complex_t a, complex_t b) {
    return (complex_t)__ssub16((int32_t)a, (int32_t)b);
}

INLINE complex_t add_turned(complex_t a, complex_t b) {
    return (complex_t)__sasx((int32_t)a, (int32_t)b);
}

INLINE complex_t subtract_turned(complex_t a, complex_t b) {
    return (complex_t)__ssax((int32_t)a, (int32_t)b);
}

INLINE uint32_t energy_of_mean(complex_t a, complex_t b) {
    int32_t mean = __shadd16((int32_t)a, (int32_t)b);
    return (uint32_t)__smuad(mean, mean);
}

INLINE uint32_t energy_of_difference(complex_t a, complex_t b) {
    int32_t re = (int16_t)__shsub16((int32_t)a, (int32_t)b), im = __shsub16((int32_t)b, (int32_t)a) >> 16;
    return (uint32_t)(re * re) + (uint32_t)(im * im);
}

#endif
