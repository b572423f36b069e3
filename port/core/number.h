// Whole numbers of any type, one at a time: for ops that count and index, where speed is no matter.
#ifndef MITE_NUMBER_H
#define MITE_NUMBER_H

#include <stdint.h>

#include "format.h"

// Bytes of a number of this type (MITE_DTYPE_*), 0 for what is no type.
uint32_t mite_number_size(uint32_t dtype);

// Is it a type of whole numbers, bool among them? Not uint64, which only a user's own ops work on.
static inline int mite_number_is_whole(uint32_t dtype) {
    return dtype < MITE_DTYPE_UINT64 && dtype != MITE_DTYPE_FLOAT32;
}

// The number at `at`, which lies at a multiple of its size or of 4.
int64_t mite_number_load(const uint8_t *at, uint32_t dtype);

// Writes what fits of a number; bool: whether it is not 0.
void mite_number_store(uint8_t *at, uint32_t dtype, int64_t value);

#endif
