// Vectors at each of [batches, steps], as recurrent ops read and write them.
#ifndef MITE_SEQUENCE_H
#define MITE_SEQUENCE_H

#include "../core/check.h"

// Do two strides, in bytes, keep `size` bytes at each of [batches, steps] inside the memory behind `ref`, at multiples of `align`? What is written
// is written once: this bounds the work, too. Neither number is 0.
static inline int check_sequence(const mite_check_t *check, uint32_t batches, uint32_t steps, mite_ref_t ref, const uint32_t *strides,
                                 uint32_t size, uint32_t align, int access) {
    uint64_t end = (uint64_t)(batches - 1) * strides[0] + (uint64_t)(steps - 1) * strides[1] + size;
    return mite_check_value(check, strides[0] <= MITE_REF_OFFSET && strides[1] <= MITE_REF_OFFSET && end <= MITE_REF_OFFSET
                                       && (strides[0] | strides[1]) % align == 0, strides[0], strides[1])
        && mite_check_value(check, access == MITE_READ || (uint64_t)batches * steps * size <= end, batches, steps)
        && mite_check_range(check, ref, (uint32_t)end, align, access);
}

#endif
