// Depthwise convolution, plainly. Where there is scratch memory, one channel at a time: its rows are read into scratch memory before
// anything is written that needs them, so that the output may lie exactly over the input.

#include "roster.h"

// Input row y of a channel, from column -pad_left on. Columns and rows outside of the picture read the zero point.
static void load_row(const mite_conv_t *p, const int8_t *channel, int32_t y, int8_t *row, int32_t columns) {
    for (int32_t x = -p->pad_left; columns; columns--, x++) {
        int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
        *row++ = inside ? channel[(y * p->in_w + x) * p->in_c] : (int8_t)p->input_zero_point;
    }
}

// rows: memory for the rows under the kernel; row `first + ky` of the padded picture is kept at slot (first + ky) % kernel_h.
static void one_channel(const mite_conv_t *p, int32_t c, int8_t *rows, int32_t columns) {
    int8_t *out = p->output + c;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *channel = p->input + b * p->in_h * p->in_w * p->in_c + c;
        int32_t next = 0; // the next row to load
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            int32_t first = oy * p->stride_h;
            for (next = mite_quant_max(next, first); next < first + p->kernel_h; next++) {
                load_row(p, channel, next - p->pad_top, rows + next % p->kernel_h * columns, columns);
            }
            for (int32_t ox = 0; ox < p->out_w; ox++, out += p->out_c) {
                const int8_t *weight = p->filter + c;
                int32_t acc = mite_requant_bias(&p->requant, c);
                for (int32_t ky = 0; ky < p->kernel_h; ky++) {
                    const int8_t *row = rows + (first + ky) % p->kernel_h * columns + ox * p->stride_w;
                    for (int32_t kx = 0; kx < p->kernel_w; kx++, weight += p->out_c) {
                        acc += row[kx] * *weight;
                    }
                }
                *out = mite_requant_output(&p->requant, c, acc);
            }
        }
    }
}

static void every_channel(const mite_conv_t *p) {
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c;
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            for (int32_t ox = 0; ox < p->out_w; ox++) {
                int32_t top = oy * p->stride_h - p->pad_top, left = ox * p->stride_w - p->pad_left;
                for (int32_t oc = 0; oc < p->out_c; oc++) {
                    const int8_t *weight = p->filter + oc;
                    int32_t c = oc / p->multiplier;
                    int32_t acc = mite_requant_bias(&p->requant, oc);
                    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
                        int32_t y = top + ky * p->dilation_h;
                        for (int32_t kx = 0; kx < p->kernel_w; kx++, weight += p->out_c) {
                            int32_t x = left + kx * p->dilation_w;
                            int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
                            acc += (inside ? picture[(y * p->in_w + x) * p->in_c + c] : p->input_zero_point) * *weight;
                        }
                    }
                    *out++ = mite_requant_output(&p->requant, oc, acc);
                }
            }
        }
    }
}

void mite_depthwise_conv_2d_s8__generic(const mite_conv_t *p) {
    int32_t columns = (p->out_w - 1) * p->stride_w + p->kernel_w;
    if (p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || p->scratch_bytes / p->kernel_h < columns) {
        every_channel(p);
        return;
    }
    for (int32_t c = 0; c < p->out_c; c++) {
        one_channel(p, c, p->scratch, columns);
    }
}
