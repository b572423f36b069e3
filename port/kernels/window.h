// The part of a pooling window that lies inside the picture, in one dimension.
#ifndef MITE_WINDOW_H
#define MITE_WINDOW_H

#include "quant.h"

typedef struct {
    int32_t begin, end; // positions in the input, end excluded; empty where begin >= end
} mite_taps_t;

static inline mite_taps_t mite_window(int32_t out, int32_t stride, int32_t pad, int32_t kernel, int32_t size) {
    int32_t origin = out * stride - pad;
    mite_taps_t window = {mite_quant_max(origin, 0), mite_quant_min(origin + kernel, size)};
    return window;
}

#endif
