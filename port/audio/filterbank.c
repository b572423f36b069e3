// Mel channels are triangles that overlap by half: a bin of the spectrum counts w in the channel whose
// falling side it is on and 1 - w in the next, whose rising side it is on. One multiplication serves both.
#include "filterbank.h"

#include "bits.h"
#include "tables.h"

enum {
    WEIGHT_BITS = 12,
};

// The square root, rounded to nearest; `number` is below 2^48. As in the original, numbers of 32 bits have a root of at
// most 65535.
static uint32_t root(uint64_t number) {
    uint32_t high = (uint32_t)(number >> 32);
    int length = high ? 32 + bit_length(high) : bit_length((uint32_t)number);
    // The root of number * 4^spare, which has 49 or 50 bits, has 25 bits. The last `spare` of them are a fraction,
    // and there is at least one, to round by.
    int spare = (50 - length) >> 1;
    number <<= 2 * spare;
    // Its first 16 bits are found one by one,
    uint32_t rest = (uint32_t)(number >> 18), first = 0;
    for (uint32_t bit = 1u << 30; bit; bit >>= 2) {
        uint32_t trial = first + bit;
        first >>= 1;
        if (rest >= trial) {
            rest -= trial;
            first += bit;
        }
    }
    // the other 9 by one division, which is one too high when what it leaves is less than its square (P. Zimmermann,
    // "Karatsuba square root", 1999).
    uint32_t middle = rest << 9 | ((uint32_t)number >> 9 & 0x1ff);
    uint32_t last = middle / (2 * first);
    uint32_t left = (middle - last * 2 * first) << 9 | ((uint32_t)number & 0x1ff);
    uint32_t result = (first << 9) + last - (left < last * last);
    result = (result + (1u << (spare - 1))) >> spare;
    return high || result < 0x10000 ? result : 0xffff;
}

void mite_filterbank_levels(uint32_t levels[MITE_FILTERBANK_CHANNELS], const uint32_t *energies, int shift) {
    const uint16_t *weight = mite_tables_mel_weights;
    int bin = MITE_TABLES_FIRST_BIN;
    uint64_t rising = 0;
    for (int band = 0; band < MITE_TABLES_BANDS; band++) {
        // Sums of the upper and lower halves of the energies: so they need no 64-bit products, and a band is too
        // narrow (MITE_TABLES_WIDEST) for them to overflow.
        uint32_t all_high = 0, all_low = 0, falling_high = 0, falling_low = 0;
        for (; bin < mite_tables_band_ends[band]; bin++) {
            uint32_t high = energies[bin] >> 16, low = energies[bin] & 0xffff, part = *weight++;
            all_high += high;
            all_low += low;
            falling_high += part * high;
            falling_low += part * low;
        }
        uint64_t falling = ((uint64_t)falling_high << 16) + falling_low;
        if (band > 0) {
            uint64_t energy = rising + falling;
            levels[band - 1] = energy ? root(energy) >> shift : 0;
        }
        rising = ((uint64_t)all_high << (16 + WEIGHT_BITS)) + ((uint64_t)all_low << WEIGHT_BITS) - falling;
    }
}
