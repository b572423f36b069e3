// Spectral subtraction of a slow estimate of the noise, per-channel gain normalisation by that estimate
// (PCAN: Y. Wang et al., "Trainable frontend for robust and far-field keyword spotting", 2016), and a logarithm.
#include "gain.h"

#include "bits.h"
#include "tables.h"

enum {
    SMOOTHING_BITS = 10, // of the noise estimate, beyond the level's
    SNR_SHIFT = 6,       // gain has 21 fractional bits, the level 3, their product is to have 12
    SNR_BITS = 12,
    FEATURE_BITS = 6,
    LEVEL_BITS = 3,
    // With 14 fractional bits:
    ONE = 1 << 14,
    SMOOTHING_EVEN = 409, // 0.025
    SMOOTHING_ODD = 983,  // 0.06
    REMAINING = 819,      // 0.05: this much of a level is left whatever the noise
};

static inline uint32_t without_noise(uint32_t level, uint32_t *noise, uint32_t smoothing) {
    uint32_t fine = level << SMOOTHING_BITS;
    uint32_t estimate = (uint32_t)(((uint64_t)fine * smoothing + (uint64_t)*noise * (ONE - smoothing)) >> 14);
    *noise = estimate;
    uint32_t rest = estimate < fine ? (fine - estimate) >> SMOOTHING_BITS : 0;
    uint32_t least = (uint32_t)((uint64_t)level * REMAINING >> 14);
    return rest > least ? rest : least;
}

static inline int32_t gain(uint32_t noise) {
    if (noise < 2) {
        return mite_tables_gain_start[noise];
    }
    int bits = bit_length(noise);
    const int16_t *segment = mite_tables_gain[bits - 2];
    // The ten bits below the highest one say how far into the octave.
    int32_t within = (int32_t)((bits < 11 ? noise << (11 - bits) : noise >> (bits - 11)) & 0x3ff);
    int32_t rise = (segment[2] * within >> 5) + segment[1] * 32;
    return (int16_t)(segment[0] + ((rise * within + (1 << 14)) >> 15));
}

// x^2 / 4 while x < 2, then x - 1, from SNR_BITS to FEATURE_BITS fractional bits.
static inline uint32_t shrink(uint32_t snr) {
    if (snr < 2u << SNR_BITS) {
        return snr * snr >> (2 + 2 * SNR_BITS - FEATURE_BITS);
    }
    return (snr >> (SNR_BITS - FEATURE_BITS)) - (1u << FEATURE_BITS);
}

// 64 times the natural logarithm, 0 for 0.
static inline uint32_t logarithm(uint32_t value) {
    if (value < 2) {
        return 0;
    }
    int whole = bit_length(value) - 1;
    uint32_t rest = value - (1u << whole);
    rest = whole < 16 ? rest << (16 - whole) : rest >> (whole - 16);
    const uint16_t *curve = mite_tables_log2 + (rest >> 9);
    int32_t slope = (int32_t)curve[1] - curve[0];
    uint32_t log2 = ((uint32_t)whole << 16) + rest + curve[0] + (uint32_t)(slope * (int32_t)(rest & 0x1ff) >> 16);
    // 45426 is 65536 ln 2.
    uint32_t natural = (uint32_t)(((uint64_t)log2 * 45426 + 32768) >> 16);
    return ((natural << 6) + 32768) >> 16;
}

void mite_gain_features(uint16_t *features, const uint32_t *levels, uint32_t *noise, size_t channels) {
    for (size_t c = 0; c < channels; c++) {
        uint32_t level = without_noise(levels[c], &noise[c], c & 1 ? SMOOTHING_ODD : SMOOTHING_EVEN);
        uint32_t snr = (uint32_t)((uint64_t)level * (uint32_t)gain(noise[c]) >> SNR_SHIFT);
        uint32_t feature = logarithm(shrink(snr) << LEVEL_BITS);
        features[c] = (uint16_t)(feature < 0xffff ? feature : 0xffff);
    }
}
