// Arithmetic on complex numbers of 16-bit halves, in plain C. fft_dsp.h is the same for Arm's DSP instructions.
#ifndef MITE_AUDIO_FFT_GENERIC_H
#define MITE_AUDIO_FFT_GENERIC_H

#include "bits.h"
#include "fft.h"

typedef mite_fft_complex_t complex_t;

INLINE complex_t complex_of(int32_t re, int32_t im) {
    complex_t result = {(int16_t)re, (int16_t)im};
    return result;
}

INLINE int32_t real_of(complex_t a) {
    return a.re;
}

INLINE int32_t imaginary_of(complex_t a) {
    return a.im;
}

// (re_factor * real part, im_factor * imaginary part) / 32768, rounded.
INLINE complex_t scale(complex_t a, int32_t re_factor, int32_t im_factor) {
    return complex_of((a.re * re_factor + 16384) >> 15, (a.im * im_factor + 16384) >> 15);
}

// a * (turn.re - i turn.im) / 32768, rounded.
INLINE complex_t rotate(complex_t a, complex_t turn) {
    return complex_of((a.re * turn.re + a.im * turn.im + 16384) >> 15, (a.im * turn.re - a.re * turn.im + 16384) >> 15);
}

INLINE complex_t add(complex_t a, complex_t b) {
    return complex_of(a.re + b.re, a.im + b.im);
}

INLINE complex_t subtract(complex_t a, complex_t b) {
    return complex_of(a.re - b.re, a.im - b.im);
}

// a + i b
INLINE complex_t add_turned(complex_t a, complex_t b) {
    return complex_of(a.re - b.im, a.im + b.re);
}

// a - i b
INLINE complex_t subtract_turned(complex_t a, complex_t b) {
    return complex_of(a.re + b.im, a.im - b.re);
}

// |(a + b) / 2|^2, each half rounded down.
INLINE uint32_t energy_of_mean(complex_t a, complex_t b) {
    int32_t re = (a.re + b.re) >> 1, im = (a.im + b.im) >> 1;
    return (uint32_t)(re * re) + (uint32_t)(im * im);
}

// The same of (a - b) / 2 in the real part, and (b - a) / 2 in the imaginary one.
INLINE uint32_t energy_of_difference(complex_t a, complex_t b) {
    int32_t re = (a.re - b.re) >> 1, im = (b.im - a.im) >> 1;
    return (uint32_t)(re * re) + (uint32_t)(im * im);
}

#endif
