// Convolutions pixel by pixel: the taps of one output pixel are gathered to a column, which meets the filter as a fully connected op's input does.
#ifndef MITE_COLUMNS_H
#define MITE_COLUMNS_H

#include <string.h>

#include "convolution.h"

// Taps of one output.
static inline int32_t column_taps(const mite_conv_2d_t *r) {
    return r->kernel_h * r->kernel_w * (r->in_c / r->groups);
}

static inline int32_t column_bytes(const mite_conv_2d_t *r) {
    return (column_taps(r) + 3) & ~3;
}

// The taps of the pixel at (top, left) of the picture, of the group whose channels begin at `picture`; those outside read the zero point.
static inline void gather_column(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, int8_t *column) {
    int32_t channels = p->in_c / p->groups;
    for (int32_t ky = 0, y = top; ky < p->kernel_h; ky++, y += p->dilation_h) {
        for (int32_t kx = 0, x = left; kx < p->kernel_w; kx++, x += p->dilation_w, column += channels) {
            if (y >= 0 && y < p->in_h && x >= 0 && x < p->in_w) {
                // Of a hostile image the two may overlap.
                memmove(column, picture + (y * p->in_w + x) * p->in_c, (size_t)channels);
            } else {
                memset(column, p->input_zero_point, (size_t)channels);
            }
        }
    }
}

#endif
