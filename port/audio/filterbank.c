// Mel channels are triangles that overlap by half: a bin of the spectrum counts w in the channel whose
// falling side it is on and 1 - w in the next, whose rising side it is on. One multiplication serves both.
#include "filterbank.h"

#include "tables.h"

enum {
    WEIGHT_BITS = 12,
};

// One more bit of the root, from the next two of the number.
static inline void root_step(uint32_t *root, uint32_t *remainder, uint32_t pair) {
    uint32_t rest = *remainder << 2 | pair;
    uint32_t trial = *root << 2 | 1;
    *root <<= 1;
    if (rest >= trial) {
        rest -= trial;
        *root |= 1;
    }
    *remainder = rest;
}

static inline void root_word(uint32_t *root, uint32_t *remainder, uint32_t word, int bit) {
    for (; bit >= 0; bit -= 2) {
        root_step(root, remainder, word >> bit & 3);
    }
}

// The square root, rounded to nearest; `number` is below 2^60. (A number of 32 bits has a root of at most 65535.)
static uint32_t root(uint64_t number) {
    uint32_t high = (uint32_t)(number >> 32), low = (uint32_t)number;
    uint32_t result = 0, remainder = 0;
    int bit = 30;
    if (high) {
        int top = 28;
        while (!(high >> top)) {
            top -= 2;
        }
        root_word(&result, &remainder, high, top);
    } else {
        if (!low) {
            return 0;
        }
        while (!(low >> bit)) {
            bit -= 2;
        }
    }
    root_word(&result, &remainder, low, bit);
    if (remainder > result && (high || result != 0xffff)) {
        result++;
    }
    return result;
}

void mite_filterbank_levels(uint32_t levels[MITE_FILTERBANK_CHANNELS], const uint32_t *energies, int shift) {
    const uint16_t *weight = mite_tables_mel_weights;
    int bin = MITE_TABLES_FIRST_BIN;
    uint64_t rising = 0;
    for (int band = 0; band < MITE_TABLES_BANDS; band++) {
        uint64_t all = 0, falling = 0;
        for (; bin < mite_tables_band_ends[band]; bin++) {
            all += energies[bin];
            falling += (uint64_t)*weight++ * energies[bin];
        }
        if (band > 0) {
            levels[band - 1] = root(rising + falling) >> shift;
        }
        rising = (all << WEIGHT_BITS) - falling;
    }
}
