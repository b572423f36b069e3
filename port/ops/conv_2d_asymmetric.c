#include "convolution.h"

int mite_check_conv_2d_asymmetric(const mite_check_t *check, const void *record) {
    const mite_conv_2d_asymmetric_t *r = record;
    uint32_t filter_bytes = product4(product4(r->kernel_h, r->kernel_w, r->channels_in, 1), r->out_c, 1, 1);
    if (!mite_convolution_check(check, record, filter_bytes) || !mite_check_value(check, r->channels_in, r->channels_in, 0)
        || !mite_check_value(check, (r->first >> MITE_REF_SHIFT) == MITE_SPACE_CONSTANT, r->first, 0)
        || !mite_check_range(check, r->first, 2u * r->out_c, 2, MITE_READ)) {
        return 0;
    }
    const uint16_t *first = (const uint16_t *)(const void *)(check->image + (r->first & MITE_REF_OFFSET));
    for (uint32_t c = 0; c < r->out_c; c++) {
        if (!mite_check_value(check, first[c] + r->channels_in <= r->in_c, first[c], r->in_c)) {
            return 0;
        }
    }
    return 1;
}

// The sum of products under the window at (top, left), of the input channels from `picture` on.
static int32_t window_sum(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, const int8_t *filter, int32_t channels,
                          int32_t zero) {
    int32_t sum = 0;
    for (int32_t ky = 0, y = top; ky < p->kernel_h; ky++, y += p->dilation_h) {
        for (int32_t kx = 0, x = left; kx < p->kernel_w; kx++, x += p->dilation_w, filter += channels) {
            int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
            const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
            for (int32_t i = 0; i < channels; i++) {
                sum += (inside ? from[i] : p->input_zero_point) * (filter[i] - zero);
            }
        }
    }
    return sum;
}

void mite_run_conv_2d_asymmetric(const mite_model_t *model, const void *record) {
    const mite_conv_2d_asymmetric_t *r = record;
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    const uint16_t *first = (const uint16_t *)(const void *)mite_ref(model, r->first);
    int32_t taps = p.kernel_h * p.kernel_w * r->channels_in;
    for (int32_t b = 0; b < p.batches; b++, p.input += p.in_h * p.in_w * p.in_c) {
        for (int32_t oy = 0; oy < p.out_h; oy++) {
            for (int32_t ox = 0; ox < p.out_w; ox++) {
                int32_t top = oy * p.stride_h - p.pad_top, left = ox * p.stride_w - p.pad_left;
                for (int32_t c = 0; c < p.out_c; c++) {
                    int32_t sum = window_sum(&p, p.input + first[c], top, left, p.filter + c * taps, r->channels_in, r->filter_zero_point);
                    *p.output++ = mite_requant_output(&p.requant, c, sum + mite_requant_bias(&p.requant, c));
                }
            }
        }
    }
}

mite_scratch_t mite_scratch_conv_2d_asymmetric(const mite_conv_2d_asymmetric_t *r) {
    (void)r;
    return (mite_scratch_t) {0, 0};
}
