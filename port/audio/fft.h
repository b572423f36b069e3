// A window of sound to the energies of its spectrum.
#ifndef MITE_AUDIO_FFT_H
#define MITE_AUDIO_FFT_H

#include <stdint.h>

enum {
    MITE_FFT_WINDOW = 480, // samples in
    MITE_FFT_BINS = 256,   // energies out
};

typedef struct {
    int16_t re, im;
} mite_fft_complex_t;

// The transform works in place: samples come in, energies are what is left.
typedef union {
    mite_fft_complex_t points[MITE_FFT_BINS];
    uint32_t words[MITE_FFT_BINS];
} mite_fft_work_t;

// Window the samples, scale them up as far as 16 bits allow, transform. Afterwards work->words[k] is the energy
// |X[k]|^2 for MITE_TABLES_FIRST_BIN <= k < MITE_FFT_BINS (other bins are no use to speech and are not computed).
// Returns by how many bits the samples were scaled up.
int mite_fft_energies(mite_fft_work_t *work, const int16_t samples[MITE_FFT_WINDOW]);

#endif
