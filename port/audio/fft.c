// The real FFT of 512 points as a complex one of 256, radix 4, in place.
//
// Models were trained on the rounding of one particular fixed-point FFT, so each rounding here is part
// of the interface: every stage first scales its four inputs by 8191/32768 (a quarter, nearly), and every
// product with a twiddle factor is rounded to nearest. Sums wrap modulo 2^16.
#include "fft.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
#include "fft_dsp.h"
#else
#include "fft_generic.h"
#endif
#include "tables.h"

// Twiddle factors come from a table over three quarters of a circle of 512 steps.
enum {
    CIRCLE = 512,
    QUARTER = CIRCLE / 4,
};

// cosine + i sine of an angle below three quarters of the circle.
INLINE complex_t turn_of(int step) {
    const int16_t *sine = mite_tables_sine + step;
    return complex_of(step < QUARTER ? sine[QUARTER] : -sine[-QUARTER], sine[0]);
}

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
#define AT(work) ((work)->words)
#else
#define AT(work) ((work)->points)
#endif

INLINE complex_t quarter(complex_t a) {
    return scale(a, 8191, 8191);
}

// The four-point transform of a, b, c, d, which are a quarter of their size by now.
INLINE void butterfly(complex_t *at, int apart, complex_t a, complex_t b, complex_t c, complex_t d) {
    complex_t even = add(a, c), odd = subtract(a, c);
    complex_t sum = add(b, d), difference = subtract(b, d);
    at[0] = add(even, sum);
    at[apart] = subtract_turned(odd, difference);
    at[2 * apart] = subtract(even, sum);
    at[3 * apart] = add_turned(odd, difference);
}

// Where the decimation in time wants point `n`: its four base-4 digits reversed.
INLINE int reversed(int n) {
    return (n & 3) << 6 | (n & 12) << 2 | (n >> 2 & 12) | n >> 6;
}

// Puts two windowed samples in place as one point. Returns the OR of their magnitudes, where -32768 counts as
// nothing, as it does in the original.
INLINE int32_t place(complex_t *at, const int16_t *samples, int32_t even_weight, int32_t odd_weight) {
    int32_t re = samples[0] * even_weight >> 12, im = samples[1] * odd_weight >> 12;
    *at = complex_of(re, im);
    return ((re < 0 ? -re : re) | (im < 0 ? -im : im)) & 0x7fff;
}

// Windows the samples, from both ends inwards, and returns the OR of all magnitudes.
static int32_t window(complex_t *points, const int16_t *samples) {
    enum { PAIRS = MITE_FFT_WINDOW / 2, STEP = MITE_FFT_BINS / 4 };
    const uint16_t *weights = mite_tables_window;
    int32_t bits = 0;
    for (int n = 0; n < PAIRS / 2; n += 4) {
        // Points whose numbers differ in the last digit only are a quarter of the whole apart.
        complex_t *front = points + reversed(n), *back = points + reversed(PAIRS - 4 - n) + 3 * STEP;
        for (int i = n; i < n + 4; i++) {
            int32_t even = *weights++, odd = *weights++;
            bits |= place(front, samples + 2 * i, even, odd);
            odd -= 2 * i + 1 == MITE_TABLES_WINDOW_LOPSIDED;
            bits |= place(back, samples + MITE_FFT_WINDOW - 2 - 2 * i, odd, even);
            front += STEP;
            back -= STEP;
        }
    }
    // The points past the window, 240 to 255, are zero.
    for (int i = 15; i < MITE_FFT_BINS; i += 16) {
        points[i] = complex_of(0, 0);
    }
    return bits;
}

INLINE complex_t shifted_quarter(complex_t a, int shift) {
    return quarter(complex_of((int32_t)((uint32_t)real_of(a) << shift), (int32_t)((uint32_t)imaginary_of(a) << shift)));
}

static void transform(complex_t *points, int shift) {
    complex_t *end = points + MITE_FFT_BINS;
    // The first stage has no twiddle factors; the scaling up of the input is done on its way.
    for (complex_t *at = points; at < end; at += 4) {
        butterfly(at, 1, shifted_quarter(at[0], shift), shifted_quarter(at[1], shift), shifted_quarter(at[2], shift),
                  shifted_quarter(at[3], shift));
    }
    for (int apart = 4, turn = CIRCLE / 16; apart < MITE_FFT_BINS; apart *= 4, turn /= 4) {
        for (int k = 0; k < apart; k++) {
            complex_t once = turn_of(k * turn), twice = turn_of(2 * k * turn), thrice = turn_of(3 * k * turn);
            for (complex_t *at = points + k; at < end; at += 4 * apart) {
                butterfly(at, apart, quarter(at[0]), rotate(quarter(at[apart]), once),
                          rotate(quarter(at[2 * apart]), twice), rotate(quarter(at[3 * apart]), thrice));
            }
        }
    }
}

// From the transform of (even samples + i odd samples) to the energies of the real signal's spectrum: bins k and
// 256 - k come from points k and 256 - k.
static void split(complex_t *points, uint32_t *energies) {
    for (int k = MITE_TABLES_FIRST_BIN; k <= MITE_FFT_BINS / 2; k++) {
        // Halved, and the second one conjugated.
        complex_t low = scale(points[k], 16383, 16383), high = scale(points[MITE_FFT_BINS - k], 16383, -16383);
        complex_t even = add(low, high), odd = subtract(low, high);
        odd = rotate(odd, complex_of(-mite_tables_sine[k], mite_tables_sine[k + QUARTER]));
        energies[k] = energy_of_mean(even, odd);
        energies[MITE_FFT_BINS - k] = energy_of_difference(even, odd);
    }
}

int mite_fft_energies(mite_fft_work_t *work, const int16_t samples[MITE_FFT_WINDOW]) {
    int shift = 15 - bit_length((uint32_t)window(AT(work), samples));
    transform(AT(work), shift);
    split(AT(work), work->words);
    return shift;
}
