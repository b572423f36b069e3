#include "convolution.h"

int mite_check_depthwise_conv_2d_asymmetric(const mite_check_t *check, const void *record) {
    const mite_depthwise_conv_2d_asymmetric_t *r = record;
    return mite_check_value(check, r->out_c == (uint32_t)r->in_c * r->multiplier, r->in_c, r->out_c)
        && mite_convolution_check(check, record, product4(r->kernel_h, r->kernel_w, r->out_c, 1));
}

// The sum of one channel's products under the window at (top, left).
static int32_t window_sum(const mite_conv_t *p, const int8_t *channel, const int8_t *filter, int32_t top, int32_t left, int32_t zero) {
    int32_t sum = 0;
    for (int32_t ky = 0, y = top; ky < p->kernel_h; ky++, y += p->dilation_h) {
        int row_inside = y >= 0 && y < p->in_h;
        for (int32_t kx = 0, x = left; kx < p->kernel_w; kx++, x += p->dilation_w, filter += p->out_c) {
            int inside = row_inside && x >= 0 && x < p->in_w;
            sum += (inside ? channel[(y * p->in_w + x) * p->in_c] : p->input_zero_point) * (*filter - zero);
        }
    }
    return sum;
}

// The same where all of the window lies inside the picture; `in` is its first tap.
static int32_t inner_sum(const mite_conv_t *p, const int8_t *in, const int8_t *filter, int32_t step, int32_t line, int32_t zero) {
    int32_t sum = 0;
    for (int32_t ky = p->kernel_h; ky; ky--, in += line) {
        for (int32_t kx = p->kernel_w; kx; kx--, in += step, filter += p->out_c) {
            sum += *in * (*filter - zero);
        }
    }
    return sum;
}

void mite_run_depthwise_conv_2d_asymmetric(const mite_model_t *model, const void *record) {
    const mite_depthwise_conv_2d_asymmetric_t *r = record;
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    int32_t zero = r->filter_zero_point, last_y = (p.kernel_h - 1) * p.dilation_h, last_x = (p.kernel_w - 1) * p.dilation_w;
    int32_t step = p.dilation_w * p.in_c, line = p.dilation_h * p.in_w * p.in_c - p.kernel_w * step;
    int8_t *out = p.output;
    for (int32_t b = 0; b < p.batches; b++, p.input += p.in_h * p.in_w * p.in_c) {
        for (int32_t oy = 0; oy < p.out_h; oy++) {
            for (int32_t ox = 0; ox < p.out_w; ox++) {
                int32_t top = oy * p.stride_h - p.pad_top, left = ox * p.stride_w - p.pad_left;
                int inside = top >= 0 && left >= 0 && top + last_y < p.in_h && left + last_x < p.in_w;
                for (int32_t oc = 0, c = 0; c < p.in_c; c++) {
                    const int8_t *channel = p.input + c;
                    for (int32_t m = p.multiplier; m; m--, oc++) {
                        const int8_t *filter = p.filter + oc;
                        int32_t sum = inside ? inner_sum(&p, channel + (top * p.in_w + left) * p.in_c, filter, step, line, zero)
                                             : window_sum(&p, channel, filter, top, left, zero);
                        *out++ = mite_requant_output(&p.requant, oc, sum + mite_requant_bias(&p.requant, oc));
                    }
                }
            }
        }
    }
}

mite_scratch_t mite_scratch_depthwise_conv_2d_asymmetric(const mite_depthwise_conv_2d_asymmetric_t *r) {
    (void)r;
    return (mite_scratch_t) {0, 0};
}
