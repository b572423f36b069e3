// Convolution, plainly: the taps of one output pixel are gathered in scratch memory, then every channel's weights meet them.

#include "roster.h"

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`.
static void gather(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, int32_t channels, int8_t *column) {
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        for (int32_t kx = 0; kx < p->kernel_w; kx++) {
            int32_t x = left + kx * p->dilation_w;
            int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
            const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
            for (int32_t c = 0; c < channels; c++) {
                // The bias takes the zero point off every tap, so those outside must put it on.
                *column++ = inside ? from[c] : (int8_t)p->input_zero_point;
            }
        }
    }
}

void mite_conv_2d_s8__generic(const mite_conv_t *p) {
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    int32_t taps = p->kernel_h * p->kernel_w * group_in, row = (taps + 3) & ~3;
    const int8_t *column = p->scratch;
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c;
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            for (int32_t ox = 0; ox < p->out_w; ox++) {
                int32_t top = oy * p->stride_h - p->pad_top, left = ox * p->stride_w - p->pad_left;
                for (int32_t oc = 0; oc < p->out_c; oc++) {
                    if (oc % group_out == 0) {
                        gather(p, picture + oc / group_out * group_in, top, left, group_in, p->scratch);
                    }
                    const int8_t *weight = p->filter + oc * row;
                    int32_t acc = mite_requant_bias(&p->requant, oc);
                    for (int32_t i = 0; i < taps; i++) {
                        acc += column[i] * weight[i];
                    }
                    *out++ = mite_requant_output(&p->requant, oc, acc);
                }
            }
        }
    }
}
