// Do all elements of a strided view lie inside their space?
#ifndef MITE_STRIDES_H
#define MITE_STRIDES_H

#include "../core/check.h"

// `run` bytes at every index of `dims`, `strides` (bytes, may be negative) from `ref` on. Dimensions of 0 fail.
static inline int check_strides(const mite_check_t *check, mite_ref_t ref, uint32_t run, const uint32_t *dims,
                                const int32_t *strides, uint32_t rank, int access) {
    int64_t low = 0, high = 0;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t reach = dims[i] && dims[i] <= MITE_REF_OFFSET ? ((int64_t)dims[i] - 1) * strides[i] : INT32_MAX;
        if (reach < 0) {
            low += reach;
        } else {
            high += reach;
        }
    }
    int64_t offset = (int64_t)(ref & MITE_REF_OFFSET) + low, bytes = high - low + run;
    return mite_check_value(check, offset >= 0 && bytes <= MITE_REF_OFFSET, (uint32_t)offset, (uint32_t)bytes)
        && mite_check_range(check, (ref & ~MITE_REF_OFFSET) | (uint32_t)offset, (uint32_t)bytes, 1, access);
}

#endif
