// Addition: what its kernels work on: one run of elements. The op walks the dimensions around it.
#ifndef MITE_KERNEL_ADD_H
#define MITE_KERNEL_ADD_H

#include <stdint.h>

typedef struct {
    const int8_t *at;
    int32_t step; // from one element to the next: 1, or 0 where one is added to all
    int32_t factor;
} mite_summand_t;

// output = clamp((a * factor + b * factor + base) >> shift)
typedef struct {
    mite_summand_t a, b;
    int8_t *output;
    int32_t count;
    int32_t base, shift, min, max;
} mite_add_run_t;

#endif
