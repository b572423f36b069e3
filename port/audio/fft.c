// The real FFT of 512 points as a complex one of 256, radix 4, in place.
//
// Models were trained on the rounding of one particular fixed-point FFT, so each rounding here is part
// of the interface: every stage first scales its four inputs by 8191/32768 (a quarter, nearly), and every
// product with a twiddle factor is rounded to nearest. Sums wrap modulo 2^16.
#include "fft.h"

#include "tables.h"

// Twiddle factors come from a table over a circle of 512 steps.
enum {
    CIRCLE = 512,
    QUARTER = CIRCLE / 4,
};

// (value * factor) / 32768, rounded.
static inline int32_t scale(int32_t value, int32_t factor) {
    return (value * factor + 16384) >> 15;
}

static inline mite_fft_complex_t quarter(mite_fft_complex_t a) {
    mite_fft_complex_t result = {(int16_t)scale(a.re, 8191), (int16_t)scale(a.im, 8191)};
    return result;
}

static inline mite_fft_complex_t multiply(mite_fft_complex_t a, int32_t cosine, int32_t sine) {
    // By cosine - i sine.
    mite_fft_complex_t result = {
        (int16_t)((a.re * cosine + a.im * sine + 16384) >> 15),
        (int16_t)((a.im * cosine - a.re * sine + 16384) >> 15),
    };
    return result;
}

static inline int32_t sine_at(int step) {
    return mite_tables_sine[step];
}

static inline int32_t cosine_at(int step) {
    // Three quarters of the circle are in the table, and the twiddle factors reach almost as far.
    return step < QUARTER ? mite_tables_sine[step + QUARTER] : -mite_tables_sine[step - QUARTER];
}

// The four-point transform of a, b, c, d, in place. They are a quarter of their size by now.
static inline void butterfly(mite_fft_complex_t *at, int apart, mite_fft_complex_t a, mite_fft_complex_t b,
                             mite_fft_complex_t c, mite_fft_complex_t d) {
    int32_t ac_re = a.re + c.re, ac_im = a.im + c.im;
    int32_t a_c_re = a.re - c.re, a_c_im = a.im - c.im;
    int32_t bd_re = b.re + d.re, bd_im = b.im + d.im;
    int32_t b_d_re = b.re - d.re, b_d_im = b.im - d.im;
    at[0].re = (int16_t)(ac_re + bd_re);
    at[0].im = (int16_t)(ac_im + bd_im);
    at[apart].re = (int16_t)(a_c_re + b_d_im);
    at[apart].im = (int16_t)(a_c_im - b_d_re);
    at[2 * apart].re = (int16_t)(ac_re - bd_re);
    at[2 * apart].im = (int16_t)(ac_im - bd_im);
    at[3 * apart].re = (int16_t)(a_c_re - b_d_im);
    at[3 * apart].im = (int16_t)(a_c_im + b_d_re);
}

// Where the decimation in time wants the point `n`: its four base-4 digits reversed.
static inline int reversed(int n) {
    return (n & 3) << 6 | (n & 12) << 2 | (n >> 2 & 12) | n >> 6;
}

static inline int16_t windowed(int16_t sample, int32_t weight) {
    return (int16_t)(sample * weight >> 12);
}

// The bits of |value|. -32768 counts as nothing, as it does in the original.
static inline int32_t magnitude_bits(int16_t value) {
    return (value < 0 ? -value : value) & 0x7fff;
}

// Puts two windowed samples in the place of point n. Returns the OR of their magnitudes.
static inline int32_t place(mite_fft_complex_t *points, const int16_t *samples, int n, int32_t even, int32_t odd) {
    mite_fft_complex_t point = {windowed(samples[2 * n], even), windowed(samples[2 * n + 1], odd)};
    points[reversed(n)] = point;
    return magnitude_bits(point.re) | magnitude_bits(point.im);
}

// Windows the samples, from both ends inwards, and returns the OR of all magnitudes. The points past the
// window are zero.
static int32_t window(mite_fft_complex_t *points, const int16_t *samples) {
    const int pairs = MITE_FFT_WINDOW / 2;
    int32_t bits = 0;
    for (int n = 0; n < pairs / 2; n++) {
        int32_t even = mite_tables_window[2 * n], odd = mite_tables_window[2 * n + 1];
        bits |= place(points, samples, n, even, odd);
        bits |= place(points, samples, pairs - 1 - n, odd - (2 * n + 1 == MITE_TABLES_WINDOW_LOPSIDED), even);
    }
    for (int n = pairs; n < MITE_FFT_BINS; n++) {
        mite_fft_complex_t zero = {0, 0};
        points[reversed(n)] = zero;
    }
    return bits;
}

static inline mite_fft_complex_t shifted_quarter(mite_fft_complex_t a, int shift) {
    mite_fft_complex_t result = {(int16_t)((uint32_t)a.re << shift), (int16_t)((uint32_t)a.im << shift)};
    return quarter(result);
}

static void transform(mite_fft_complex_t *points, int shift) {
    // The first stage has no twiddle factors; the scaling up of the input is done on its way.
    for (mite_fft_complex_t *at = points; at < points + MITE_FFT_BINS; at += 4) {
        butterfly(at, 1, shifted_quarter(at[0], shift), shifted_quarter(at[1], shift), shifted_quarter(at[2], shift),
                  shifted_quarter(at[3], shift));
    }
    for (int apart = 4; apart < MITE_FFT_BINS; apart *= 4) {
        int turn = CIRCLE / 4 / apart;
        for (int k = 0; k < apart; k++) {
            int step = k * turn;
            int32_t cos1 = cosine_at(step), cos2 = cosine_at(2 * step), cos3 = cosine_at(3 * step);
            int32_t sin1 = sine_at(step), sin2 = sine_at(2 * step), sin3 = sine_at(3 * step);
            for (mite_fft_complex_t *at = points + k; at < points + MITE_FFT_BINS; at += 4 * apart) {
                // Digit-reversed order keeps b and c in their natural places.
                butterfly(at, apart, quarter(at[0]), multiply(quarter(at[apart]), cos1, sin1),
                          multiply(quarter(at[2 * apart]), cos2, sin2), multiply(quarter(at[3 * apart]), cos3, sin3));
            }
        }
    }
}

static inline uint32_t energy(int32_t re, int32_t im) {
    int16_t x = (int16_t)(re >> 1), y = (int16_t)(im >> 1);
    return (uint32_t)(x * x) + (uint32_t)(y * y);
}

// From the transform of (even samples + i odd samples) to the energies of the real signal's spectrum:
// bins k and 256 - k come from the points k and 256 - k.
static void split(mite_fft_work_t *work) {
    for (int k = MITE_TABLES_FIRST_BIN; k <= MITE_FFT_BINS / 2; k++) {
        mite_fft_complex_t low = work->points[k], high = work->points[MITE_FFT_BINS - k];
        int32_t low_re = scale(low.re, 16383), low_im = scale(low.im, 16383);
        int32_t high_re = scale(high.re, 16383), high_im = scale(-high.im, 16383);
        int32_t even_re = low_re + high_re, even_im = low_im + high_im;
        mite_fft_complex_t odd = {(int16_t)(low_re - high_re), (int16_t)(low_im - high_im)};
        odd = multiply(odd, -sine_at(k), sine_at(k + QUARTER));
        work->energies[k] = energy(even_re + odd.re, even_im + odd.im);
        work->energies[MITE_FFT_BINS - k] = energy(even_re - odd.re, odd.im - even_im);
    }
}

int mite_fft_energies(mite_fft_work_t *work, const int16_t samples[MITE_FFT_WINDOW]) {
    int32_t bits = window(work->points, samples);
    int shift = 15;
    while (bits) {
        bits >>= 1;
        shift--;
    }
    transform(work->points, shift);
    split(work);
    return shift;
}
