// The energies of a spectrum to the levels of the mel channels.
#ifndef MITE_AUDIO_FILTERBANK_H
#define MITE_AUDIO_FILTERBANK_H

#include <stdint.h>

enum {
    MITE_FILTERBANK_CHANNELS = 40,
};

// levels[c] is the root of the weighted energies of channel c, scaled down by `shift` bits.
// `energies` is indexed from bin 0 of the spectrum.
void mite_filterbank_levels(uint32_t levels[MITE_FILTERBANK_CHANNELS], const uint32_t *energies, int shift);

#endif
