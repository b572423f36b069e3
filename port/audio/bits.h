// Helpers of the audio stages.
#ifndef MITE_AUDIO_BITS_H
#define MITE_AUDIO_BITS_H

#include <stdint.h>

// Firmware is compiled for size, and calls would then cost more than what they call.
#define INLINE static inline __attribute__((always_inline))

// Bits from the highest set one down; 0 for 0.
INLINE int bit_length(uint32_t value) {
    return value ? 32 - __builtin_clz(value) : 0;
}

#endif
