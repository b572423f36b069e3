// The checks of strided views, that many ops share.

#include "elements.h"

int mite_check_strides(const mite_check_t *check, mite_ref_t ref, uint32_t run, const uint32_t *dims, const int32_t *strides, uint32_t rank,
                       int access, int use) {
    const int64_t most = MITE_REF_OFFSET;
    int64_t low = 0, high = 0;
    uint32_t count = run;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t reach = ((int64_t)dims[i] - 1) * strides[i];
        // Each reach is held in bounds of its own, so that their sum cannot leave 64 bits.
        if (!mite_check_value(check, dims[i] && dims[i] <= MITE_REF_OFFSET && (dims[i] > 1 || !strides[i]) && reach <= most
                                  && reach >= -most, dims[i], (uint32_t)strides[i])) {
            return 0;
        }
        if (reach < 0) {
            low += reach;
        } else {
            high += reach;
        }
        count = mite_check_product(count, dims[i]);
    }
    int64_t offset = (int64_t)(ref & MITE_REF_OFFSET) + low, bytes = high - low + run;
    return mite_check_value(check, run && offset >= 0 && bytes <= most, (uint32_t)offset, (uint32_t)bytes)
        && mite_check_value(check, use == STRIDES_ANY || count <= bytes, count, (uint32_t)bytes)
        && mite_check_range(check, (ref & ~MITE_REF_OFFSET) | (uint32_t)offset, (uint32_t)bytes, 1, access);
}

// Unsigned strides: none that would be negative.
static int check_forward(const mite_check_t *check, const uint32_t *strides, uint32_t rank) {
    for (uint32_t i = 0; i < rank; i++) {
        if (!mite_check_value(check, strides[i] <= INT32_MAX, i, strides[i])) {
            return 0;
        }
    }
    return 1;
}

int mite_check_elements(const mite_check_t *check, mite_ref_t ref, uint32_t size, const uint32_t *dims, const uint32_t *strides, uint32_t rank,
                        int access, int use) {
    uint32_t align = element_align(size), odd = ref & (align - 1);
    for (uint32_t i = 0; i < rank; i++) {
        odd |= strides[i] & (align - 1);
    }
    return mite_check_value(check, !odd, ref, align) && check_forward(check, strides, rank)
        && mite_check_strides(check, ref, size, dims, (const int32_t *)strides, rank, access, use);
}

int mite_check_operands(const mite_check_t *check, const mite_ref_t *a, const uint32_t *dims, uint32_t how) {
    uint32_t rank = how & 255, size = how >> 8 & 255, count = 1;
    for (uint32_t i = 0; i < (rank == 4 ? 4 : rank - 1); i++) {
        count = mite_check_product(count, dims[i]);
    }
    return check_elements(check, a[0], size, dims, dims + rank, rank, MITE_READ, STRIDES_ANY)
        && check_elements(check, a[1], size, dims, dims + 2 * rank, rank, MITE_READ, STRIDES_ANY)
        && mite_check_items(check, a[2], count, how >> 16, MITE_WRITE);
}

int mite_check_reduction(const mite_check_t *check, const mite_ref_t *input, const uint32_t *kept, uint32_t how) {
    // Kept and reduced dimensions side by side: what the two loops together can reach.
    uint32_t dims[6], strides[6], count = 1;
    for (uint32_t i = 0; i < 3; i++) {
        dims[i] = kept[i];
        strides[i] = kept[i + 3];
        dims[i + 3] = kept[i + 6];
        strides[i + 3] = kept[i + 9];
        count = mite_check_product(count, kept[i]);
    }
    return check_elements(check, input[0], how & 255, dims, strides, 6, MITE_READ, STRIDES_ONCE)
        && mite_check_items(check, input[1], count, how >> 8, MITE_WRITE);
}
