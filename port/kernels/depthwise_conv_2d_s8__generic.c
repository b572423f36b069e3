// Depthwise convolution, plainly.

#include "roster.h"

void mite_depthwise_conv_2d_s8__generic(const mite_conv_t *p) {
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
                    *out++ = mite_requant(&p->requant, oc, acc);
                }
            }
        }
    }
}
