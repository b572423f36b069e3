// What the ops' check functions ask of a record. Each returns 1 if all is well, or 0 after noting the fault.
#ifndef MITE_CHECK_H
#define MITE_CHECK_H

#include "mite.h"

typedef struct {
    const uint8_t *image;
    const mite_header_t *header;
    mite_fault_t *fault;
} mite_check_t;

enum { MITE_READ, MITE_WRITE };

// Are `bytes` bytes at `ref` inside their space, at a multiple of `align`, and (for MITE_WRITE) not constant? Of four arguments, which fit
// registers, as it is called from all over. how: align << 1 | access.
int mite_check_place(const mite_check_t *check, mite_ref_t ref, uint32_t bytes, uint32_t how);

static inline int mite_check_range(const mite_check_t *check, mite_ref_t ref, uint32_t bytes, uint32_t align, int access) {
    return mite_check_place(check, ref, bytes, align << 1 | (uint32_t)access);
}

// As mite_check_place, of `count` numbers; how: size << 1 | access.
int mite_check_numbers(const mite_check_t *check, mite_ref_t ref, uint32_t count, uint32_t how);

// Are `count` numbers of `size` bytes there, at multiples of their size or of 4? size: 1, 2, 4 or 8.
static inline int mite_check_items(const mite_check_t *check, mite_ref_t ref, uint32_t count, uint32_t size, int access) {
    return mite_check_numbers(check, ref, count, size << 1 | (uint32_t)access);
}

// The bytes of the tensor record at `at`, a place in the image, with its dimensions; 0 after noting a fault if that is not one, or ends behind `end`.
uint32_t mite_check_tensor(const mite_check_t *check, uint32_t at, uint32_t end);

// Notes a VALUE fault with the two numbers if `good` is 0.
int mite_check_value(const mite_check_t *check, int good, uint32_t a, uint32_t b);

// Is the block of constants for `channels` channels there (biases, multipliers, shifts, laid out as flags say), its shifts in range?
int mite_check_channels(const mite_check_t *check, mite_ref_t ref, uint32_t channels, uint32_t flags);

// Is this a shift that mite_quant_scale can do?
static inline int mite_check_shift(const mite_check_t *check, int32_t shift) {
    return mite_check_value(check, shift >= -31 && shift <= 30, (uint32_t)shift, 30);
}

// a * b, or 0xffffffff where that would not fit, which no range check lets through.
uint32_t mite_check_product(uint32_t a, uint32_t b);

#endif
