// From the levels of the mel channels to features: less noise, even loudness, logarithms.
#ifndef MITE_AUDIO_GAIN_H
#define MITE_AUDIO_GAIN_H

#include <stddef.h>
#include <stdint.h>

// noise[] is the estimate of the noise in each channel: zero at first, and updated here once a frame.
void mite_gain_features(uint16_t *features, const uint32_t *levels, uint32_t *noise, size_t channels);

#endif
