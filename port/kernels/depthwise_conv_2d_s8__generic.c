// Depthwise convolution, plainly. Where there is scratch memory, one channel at a time: its rows are read into scratch memory before
// anything is written that needs them, so that the output may lie exactly over the input.

#include <stddef.h>

#include "roster.h"

// The tap at row y and column x of a channel's picture. What lies outside reads the zero point.
static int32_t tap(const mite_conv_t *p, const int8_t *picture, int32_t y, int32_t x) {
    int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
    return inside ? picture[(y * p->in_w + x) * p->in_c] : p->input_zero_point;
}

// An output channel of a picture. rows: memory for the rows under the kernel, where row `first + ky` of the padded picture is kept at slot
// (first + ky) % kernel_h; or NULL.
static void one_channel(const mite_conv_t *p, const int8_t *picture, int32_t c, int8_t *out, int8_t *rows, int32_t columns) {
    int32_t next = 0; // the next row to load
    for (int32_t oy = 0, first = 0; oy < p->out_h; oy++, first += p->stride_h) {
        for (next = mite_quant_max(next, first); rows && next < first + p->kernel_h; next++) {
            for (int32_t x = 0; x < columns; x++) {
                rows[next % p->kernel_h * columns + x] = (int8_t)tap(p, picture, next - p->pad_top, x - p->pad_left);
            }
        }
        for (int32_t ox = 0; ox < p->out_w; ox++, out += p->out_c) {
            const int8_t *weight = p->filter + c;
            int32_t acc = mite_requant_bias(&p->requant, c);
            for (int32_t ky = 0; ky < p->kernel_h; ky++) {
                for (int32_t kx = 0; kx < p->kernel_w; kx++, weight += p->out_c) {
                    int32_t x = ox * p->stride_w + kx * p->dilation_w;
                    acc += *weight * (rows ? rows[(first + ky) % p->kernel_h * columns + x]
                                           : tap(p, picture, first + ky * p->dilation_h - p->pad_top, x - p->pad_left));
                }
            }
            *out = mite_requant_output(&p->requant, c, acc);
        }
    }
}

void mite_depthwise_conv_2d_s8__generic(const mite_conv_t *p) {
    int32_t columns = (p->out_w - 1) * p->stride_w + p->kernel_w;
    int planes = p->multiplier == 1 && p->dilation_h == 1 && p->dilation_w == 1 && p->scratch_bytes / p->kernel_h >= columns;
    const int8_t *picture = p->input;
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++, picture += p->in_h * p->in_w * p->in_c, out += p->out_h * p->out_w * p->out_c) {
        for (int32_t c = 0; c < p->out_c; c++) {
            one_channel(p, picture + c / p->multiplier, c, out + c, planes ? p->scratch : NULL, columns);
        }
    }
}
