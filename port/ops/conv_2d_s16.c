#include "../kernels/dot_s16.h"
#include "../kernels/window.h"
#include "ops.h"

enum { WIDE = 2 }; // flag: 64-bit sums

// Upper halves of the biases, where there are any, then the block as 8-bit convolutions have it.
static int check_block(const mite_check_t *check, const mite_conv_2d_s16_t *r) {
    uint32_t upper = r->flags & WIDE ? 4u * r->out_c : 0, scales = r->flags & MITE_SHARED ? 1 : r->out_c;
    if (!mite_check_value(check, (r->channels & MITE_REF_OFFSET) <= MITE_REF_OFFSET - upper, r->channels, upper)
        || !mite_check_channels(check, r->channels + upper, r->out_c, r->flags & MITE_SHARED)) {
        return 0;
    }
    const int8_t *shift = (const int8_t *)check->image + (r->channels & MITE_REF_OFFSET) + upper + 4u * (r->out_c + scales);
    for (uint32_t i = 0; r->flags & WIDE && i < scales; i++) {
        if (!mite_check_value(check, shift[i] <= MITE_QUANT_WIDE_SHIFT_MOST, (uint32_t)shift[i], MITE_QUANT_WIDE_SHIFT_MOST)) {
            return 0;
        }
    }
    return 1;
}

int mite_check_conv_2d_s16(const mite_check_t *check, const void *record) {
    const mite_conv_2d_s16_t *r = record;
    uint32_t in_pixels = mite_check_product(mite_check_product(r->batches, r->in_h), r->in_w);
    uint32_t out_pixels = mite_check_product(mite_check_product(r->batches, r->out_h), r->out_w);
    return mite_check_value(check, in_pixels && out_pixels && r->in_c && r->out_c, in_pixels, out_pixels)
        && mite_check_value(check, r->kernel_h && r->kernel_w && r->stride_h && r->stride_w && r->dilation_h && r->dilation_w,
                            r->kernel_h, r->kernel_w)
        && mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_range(check, r->input, mite_check_product(in_pixels, 2u * r->in_c), 2, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(out_pixels, 2u * r->out_c), 2, MITE_WRITE)
        && mite_check_range(check, r->filter, mite_check_product((uint32_t)r->kernel_h * r->kernel_w * (r->in_c / r->groups), r->out_c), 1,
                            MITE_READ)
        && check_block(check, r);
}

// One output pixel. x: the input's pixel under the kernel's first tap, which may lie outside: then it is not read.
static void pixel(const mite_model_t *model, const mite_conv_2d_s16_t *r, const int16_t *picture, int32_t y0, int32_t x0, int16_t *out) {
    const int32_t *bias = (const int32_t *)(const void *)mite_ref(model, r->channels), *upper = bias;
    bias += r->flags & WIDE ? r->out_c : 0;
    const int32_t *multiplier = bias + r->out_c;
    const int8_t *shift = (const int8_t *)(multiplier + (r->flags & MITE_SHARED ? 1 : r->out_c));
    const int8_t *filter = (const int8_t *)mite_ref(model, r->filter);
    mite_taps_t rows = mite_window_taps(y0, r->kernel_h, r->dilation_h, r->in_h), columns = mite_window_taps(x0, r->kernel_w, r->dilation_w, r->in_w);
    int32_t channels = r->in_c / r->groups, outputs = r->out_c / r->groups;
    // A row of taps is one product where its numbers are neighbours, or where each tap is a single number.
    int32_t products = columns.end - columns.begin, count = channels, step = 1, ahead = r->dilation_w * r->in_c;
    if (ahead == channels || channels == 1) {
        step = channels == 1 ? ahead : 1;
        count *= products;
        products = 1;
    }
    for (int32_t c = 0; c < r->out_c; c++, filter += r->kernel_h * r->kernel_w * channels) {
        int64_t sum = 0;
        for (int32_t ky = rows.begin; ky < rows.end; ky++) {
            const int16_t *x = picture + ((y0 + ky * r->dilation_h) * r->in_w + x0 + columns.begin * r->dilation_w) * r->in_c
                + c / outputs * channels;
            const int8_t *w = filter + (ky * r->kernel_w + columns.begin) * channels;
            for (int32_t n = products; n; n--, x += ahead, w += channels) {
                sum += mite_dot_s16(x, step, w, count);
            }
        }
        int32_t at = r->flags & MITE_SHARED ? 0 : c, value;
        if (r->flags & WIDE) {
            sum += (int64_t)((uint64_t)(uint32_t)upper[c] << 32 | (uint32_t)bias[c]);
            value = mite_quant_scale_wide(sum, multiplier[at], shift[at]);
        } else {
            value = mite_quant_scale((int32_t)sum + bias[c], multiplier[at], shift[at]);
        }
        out[c] = (int16_t)mite_quant_clamp(value, r->act_min, r->act_max);
    }
}

void mite_run_conv_2d_s16(const mite_model_t *model, const void *record) {
    const mite_conv_2d_s16_t *r = record;
    const int16_t *in = (const int16_t *)(const void *)mite_ref(model, r->input);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    for (int32_t batch = 0; batch < r->batches; batch++, in += r->in_h * r->in_w * r->in_c) {
        for (int32_t y = 0; y < r->out_h; y++) {
            for (int32_t x = 0; x < r->out_w; x++, out += r->out_c) {
                pixel(model, r, in, y * r->stride_h - r->pad_top, x * r->stride_w - r->pad_left, out);
            }
        }
    }
}
