// Do all elements of a strided view lie inside their space?
#ifndef MITE_STRIDES_H
#define MITE_STRIDES_H

#include "../core/check.h"

enum {
    STRIDES_ANY,
    STRIDES_ONCE, // no byte is touched twice, as where one is written or summed: this bounds the work, too
};

// `run` bytes at every index of `dims`, `strides` (bytes, may be negative) from `ref` on. A `run` or dimension of 0 fails, and a
// stride beside a dimension of 1: loops may step by it once before they end, and that step must not leave the address space.
int mite_check_strides(const mite_check_t *check, mite_ref_t ref, uint32_t run, const uint32_t *dims, const int32_t *strides, uint32_t rank,
                       int access, int use);

static inline int check_strides(const mite_check_t *check, mite_ref_t ref, uint32_t run, const uint32_t *dims,
                                const int32_t *strides, uint32_t rank, int access, int use) {
    return mite_check_strides(check, ref, run, dims, strides, rank, access, use);
}

#endif
