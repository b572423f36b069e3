// Functions of 16-bit numbers: a table of straight lines.
#ifndef MITE_TABLE_S16_H
#define MITE_TABLE_S16_H

#include <stdint.h>

enum { MITE_TABLE_S16_ENTRIES = 513, MITE_TABLE_S16_STEP_BITS = 7 }; // i16; 128 numbers from one entry to the next

// The table at x, -32768 to 32767.
static inline int16_t mite_table_s16(const int16_t *table, int32_t x) {
    const int16_t *entry = table + (x >> MITE_TABLE_S16_STEP_BITS) + MITE_TABLE_S16_ENTRIES / 2;
    int32_t part = x & ((1 << MITE_TABLE_S16_STEP_BITS) - 1), half = 1 << (MITE_TABLE_S16_STEP_BITS - 1);
    return (int16_t)(entry[0] + (((entry[1] - entry[0]) * part + half) >> MITE_TABLE_S16_STEP_BITS));
}

#endif
