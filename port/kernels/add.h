// Addition: what its kernels work on: one run of elements. The op walks the dimensions around it.
#ifndef MITE_KERNEL_ADD_H
#define MITE_KERNEL_ADD_H

#include <stdint.h>

// A summand: scaled by multiplier * 2^(shift - 31) after its zero point is taken off and 20 bits of headroom are given.
typedef struct {
    const int8_t *at;
    int32_t step; // from one element to the next: 1, or 0 where one is added to all
    int32_t zero_point, multiplier, shift;
} mite_summand_t;

typedef struct {
    mite_summand_t a, b;
    int8_t *output;
    int32_t count;
    int32_t multiplier, shift, zero_point, min, max; // of the output
} mite_add_run_t;

enum { MITE_ADD_HEADROOM = 20 };

#endif
