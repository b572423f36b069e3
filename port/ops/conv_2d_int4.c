#include <string.h>

#include "convolution.h"
#include "int4.h"

// Pixel by pixel: the taps of one are gathered to a column, which meets some rows of the filter as a fully connected op's input does.

enum { ROWS_LEAST = 4 }; // of the filter, spread out at once: fully connected kernels take four together

int mite_check_conv_2d_int4(const mite_check_t *check, const void *record) {
    const mite_conv_2d_t *r = record;
    if (!mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)) {
        return 0;
    }
    uint32_t taps = product4(r->kernel_h, r->kernel_w, r->in_c / r->groups, 1);
    return mite_check_value(check, taps < 1 << 16, taps, 1 << 16) // so that scratch sizes fit 32 bits
        && mite_convolution_check(check, r, mite_check_product(((taps + 3) & ~3u) / 2, r->out_c));
}

// Taps of one output.
static int32_t column_taps(const mite_conv_2d_t *r) {
    return r->kernel_h * r->kernel_w * (r->in_c / r->groups);
}

static int32_t column_bytes(const mite_conv_2d_t *r) {
    return (column_taps(r) + 3) & ~3;
}

// The taps of the pixel at (top, left) of the picture, of the group whose channels begin at `picture`; those outside read the zero point.
static void gather_column(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, int8_t *column) {
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

// The channels from `first` on.
static void skip(mite_requant_t *requant, int32_t first) {
    int32_t scales = first * requant->scale_step;
    requant->bias += first;
    requant->multiplier += scales;
    requant->shift += scales;
    if (requant->packed) {
        requant->packed += 2 * scales;
    }
}

// Rows of `bytes` bytes, spread out in pairs, as fully connected kernels want them.
static void spread_rows(const uint8_t *from, int8_t *to, int32_t bytes, int32_t rows) {
    for (; rows > 1; rows -= 2, from += bytes) {
        for (const uint8_t *end = from + bytes; from != end; from += 2) {
            for (int i = 0; i < 2; i++, to += 2) {
                to[0] = (int8_t)(int4_low(from[i]) ^ INT8_MIN);
                to[1] = int4_low(from[bytes + i]);
                to[4] = (int8_t)(int4_high(from[i]) ^ INT8_MIN);
                to[5] = int4_high(from[bytes + i]);
            }
            to += 4;
        }
    }
    if (rows) {
        int4_spread(from, to, bytes);
    }
}

// Some rows of the filter, spread out, against every pixel. `output`: of the first pixel.
static void every_pixel(const mite_conv_t *p, mite_dense_t *dense, int32_t group, int8_t *output, int8_t *column) {
    dense->output = output;
    const int8_t *picture = p->input + group * (p->in_c / p->groups);
    for (int32_t b = 0; b < p->batches; b++, picture += p->in_h * p->in_w * p->in_c) {
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            for (int32_t ox = 0; ox < p->out_w; ox++, dense->output += p->out_c) {
                gather_column(p, picture, oy * p->stride_h - p->pad_top, ox * p->stride_w - p->pad_left, column);
                MITE_KERNEL(fully_connected, s8)(dense);
            }
        }
    }
}

void mite_run_conv_2d_int4(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    int32_t row = column_bytes(record), outputs = p.out_c / p.groups;
    int32_t rows = mite_quant_min((p.scratch_bytes - row) / row, outputs);
    int8_t *column = p.scratch, *spread = column + row;
    const uint8_t *filter = (const uint8_t *)p.filter;
    mite_dense_t dense = {.input = column, .filter = spread, .requant = p.requant, .batches = 1, .depth = column_taps(record)};
    for (int32_t group = 0, first = 0; group < p.groups; group++) {
        for (int32_t left = outputs; left; left -= dense.outputs, first += dense.outputs) {
            dense.outputs = mite_quant_min(left, rows);
            spread_rows(filter, spread, row / 2, dense.outputs);
            every_pixel(&p, &dense, group, p.output + first, column);
            filter += dense.outputs * row / 2;
            skip(&dense.requant, dense.outputs);
        }
    }
}

mite_scratch_t mite_scratch_conv_2d_int4(const mite_conv_2d_int4_t *r) {
    uint32_t row = (uint32_t)column_bytes((const mite_conv_2d_t *)r), outputs = r->out_c / r->groups;
    uint32_t least = outputs < ROWS_LEAST ? outputs : ROWS_LEAST;
    return (mite_scratch_t) {(1 + least) * row, (1 + outputs) * row};
}
