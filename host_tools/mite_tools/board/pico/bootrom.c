// Functions of the boot ROM that firmware asks for by name: bits and memory.

#include <stddef.h>
#include <stdint.h>

uint32_t rom_count_ones(uint32_t value) {
    value -= value >> 1 & 0x55555555;
    value = (value & 0x33333333) + (value >> 2 & 0x33333333);
    value = (value + (value >> 4)) & 0x0f0f0f0f;
    return value * 0x01010101 >> 24;
}

uint32_t rom_reverse(uint32_t value) {
    value = (value >> 1 & 0x55555555) | (value & 0x55555555) << 1;
    value = (value >> 2 & 0x33333333) | (value & 0x33333333) << 2;
    value = (value >> 4 & 0x0f0f0f0f) | (value & 0x0f0f0f0f) << 4;
    return __builtin_bswap32(value);
}

uint32_t rom_leading_zeros(uint32_t value) {
    uint32_t zeros = 32;
    for (uint32_t half = 16; half; half >>= 1) {
        if (value >> half) {
            value >>= half;
            zeros -= half;
        }
    }
    return zeros - value;
}

uint32_t rom_trailing_zeros(uint32_t value) {
    return value ? 31 - rom_leading_zeros(value & -value) : 32;
}

void *rom_set(void *to, int value, size_t bytes) {
    uint8_t *at = to, *end = at + bytes;
    uint32_t word = (uint8_t)value * 0x01010101u;
    while (at < end && ((uintptr_t)at & 3)) {
        *at++ = (uint8_t)value;
    }
    for (; end - at >= 4; at += 4) {
        *(uint32_t *)at = word;
    }
    while (at < end) {
        *at++ = (uint8_t)value;
    }
    return to;
}

void *rom_copy(void *to, const void *from, size_t bytes) {
    uint8_t *at = to, *end = at + bytes;
    const uint8_t *source = from;
    if (!(((uintptr_t)at ^ (uintptr_t)source) & 3)) {
        while (at < end && ((uintptr_t)at & 3)) {
            *at++ = *source++;
        }
        for (; end - at >= 4; at += 4, source += 4) {
            *(uint32_t *)at = *(const uint32_t *)source;
        }
    }
    while (at < end) {
        *at++ = *source++;
    }
    return to;
}
