// Made by `python -m mite_tools.audio_tables`: do not edit.
#ifndef MITE_AUDIO_TABLES_H
#define MITE_AUDIO_TABLES_H

#include <stdint.h>

enum {
    MITE_TABLES_FIRST_BIN = 5,
    MITE_TABLES_BINS = 235,
    MITE_TABLES_BANDS = 41,
    MITE_TABLES_WIDEST = 14, // bins in a band
    MITE_TABLES_WINDOW_LOPSIDED = 17,
};

// First half of the window, 12 fractional bits. The second is its mirror image, but WINDOW_LOPSIDED's is one less.
extern const uint16_t mite_tables_window[240];

// 32767 sin(2 pi i / 512).
extern const int16_t mite_tables_sine[384];

// Band b of the mel scale ends before this bin of the spectrum.
extern const uint8_t mite_tables_band_ends[41];

// What a bin counts in the channel that ends in its band; in the next one it counts the rest to 1 << 12.
extern const uint16_t mite_tables_mel_weights[235];

// Gain for a noise estimate of 0 and 1.
extern const int16_t mite_tables_gain_start[2];

// Value, slope, curve of the gain for noise estimates of 2, 3, ... 32 bits.
extern const int16_t mite_tables_gain[31][3];

// 65536 (log2(1 + x) - x) for x = i / 128.
extern const uint16_t mite_tables_log2[129];

#endif
