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

// Two inputs and a dense output, as the records of ops have them that take strided views: the references stand one after another, and so do the
// dimensions, the strides of a and those of b. rank: 4, or 6 of a matrix product, of which the output lacks the last dimension.
// how: rank | size of an input's element << 8 | of the output's << 16.
int mite_check_operands(const mite_check_t *check, const mite_ref_t *a, const uint32_t *dims, uint32_t how);

static inline int check_operands(const mite_check_t *check, const mite_ref_t *a, const uint32_t *dims, uint32_t rank, uint32_t size,
                                 uint32_t output_size) {
    return mite_check_operands(check, a, dims, rank | size << 8 | output_size << 16);
}

// An input and a dense output of what is reduced to one number: `kept` dimensions, their strides, `reduced` dimensions and theirs, three each, and
// each element touched once. how: size of an input's element | of the output's << 8.
int mite_check_reduction(const mite_check_t *check, const mite_ref_t *input, const uint32_t *kept, uint32_t how);

static inline int check_reduction(const mite_check_t *check, const mite_ref_t *input, const uint32_t *kept, uint32_t size, uint32_t output_size) {
    return mite_check_reduction(check, input, kept, size | output_size << 8);
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

// Of a comparison (0: a == b, then !=, <, <=, >, >=) whether it holds. below: is a < b; equal: is a == b; neither of them may be true of real
// numbers, which need not be above then.
static inline uint8_t element_compare(uint32_t comparison, int below, int equal, int above) {
    // For each comparison four bits: with what it holds, of neither, above, equal and below.
    uint32_t order = below ? 1 : equal ? 2 : above ? 4 : 8;
    return (0x6431d2u >> 4 * comparison & order) != 0;
}

// Elements in four dimensions.
static inline uint32_t element_count(const uint32_t *dims) {
    return mite_check_product(mite_check_product(dims[0], dims[1]), mite_check_product(dims[2], dims[3]));
}

#endif
