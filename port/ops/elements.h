// Strided views of elements of more than a byte.
#ifndef MITE_ELEMENTS_H
#define MITE_ELEMENTS_H

#include "strides.h"

// At which multiple an element of so many bytes lies.
static inline uint32_t element_align(uint32_t size) {
    return size < 4 ? size : 4;
}

// As check_strides, of elements of `size` bytes that lie at multiples of their size or of 4. Strides are unsigned.
int mite_check_elements(const mite_check_t *check, mite_ref_t ref, uint32_t size, const uint32_t *dims, const uint32_t *strides, uint32_t rank,
                        int access, int use);

static inline int check_elements(const mite_check_t *check, mite_ref_t ref, uint32_t size, const uint32_t *dims, const uint32_t *strides,
                                 uint32_t rank, int access, int use) {
    return mite_check_elements(check, ref, size, dims, strides, rank, access, use);
}

// Where in the outer three of four dimensions an elementwise op is.
typedef struct {
    uint32_t i, j, k;
} elements_row_t;

// The offset in bytes of a row (all but the last dimension) of a view of four dimensions.
static inline uint32_t element_row(const elements_row_t *row, const uint32_t *strides) {
    return row->i * strides[0] + row->j * strides[1] + row->k * strides[2];
}

// Steps to the next row; 0 after the last.
static inline int element_next_row(elements_row_t *row, const uint32_t *dims) {
    if (++row->k < dims[2]) {
        return 1;
    }
    row->k = 0;
    if (++row->j < dims[1]) {
        return 1;
    }
    row->j = 0;
    return ++row->i < dims[0];
}

// Elements in four dimensions.
static inline uint32_t element_count(const uint32_t *dims) {
    return mite_check_product(mite_check_product(dims[0], dims[1]), mite_check_product(dims[2], dims[3]));
}

#endif
