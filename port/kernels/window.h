// The part of a window that lies inside the picture, in one dimension.
#ifndef MITE_WINDOW_H
#define MITE_WINDOW_H

#include "quant.h"

typedef struct {
    int32_t begin, end; // end excluded; empty where begin >= end
} mite_taps_t;

// Of a pool's window the positions in the input.
static inline mite_taps_t mite_window(int32_t out, int32_t stride, int32_t pad, int32_t kernel, int32_t size) {
    int32_t origin = out * stride - pad;
    mite_taps_t window = {mite_quant_max(origin, 0), mite_quant_min(origin + kernel, size)};
    return window;
}

// Of a kernel's taps, `dilation` apart and the first at `origin`, those inside.
static inline mite_taps_t mite_window_taps(int32_t origin, int32_t kernel, int32_t dilation, int32_t size) {
    mite_taps_t taps = {0, kernel};
    while (taps.begin < kernel && origin + taps.begin * dilation < 0) {
        taps.begin++;
    }
    while (taps.end > taps.begin && origin + (taps.end - 1) * dilation >= size) {
        taps.end--;
    }
    return taps;
}

#endif
