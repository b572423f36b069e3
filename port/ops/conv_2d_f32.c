#include "../kernels/real.h"
#include "../kernels/window.h"
#include "convolution.h"

int mite_check_conv_2d_f32(const mite_check_t *check, const void *record) {
    const mite_conv_2d_f32_t *r = record;
    if (!mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)) {
        return 0;
    }
    uint32_t taps = product4(r->kernel_h, r->kernel_w, r->in_c / r->groups, 4);
    return mite_check_value(check, r->batches && r->in_h && r->in_w && r->in_c, r->in_h, r->in_w)
        && mite_check_value(check, r->out_h && r->out_w && r->out_c, r->out_h, r->out_w)
        && mite_check_value(check, r->kernel_h && r->kernel_w && r->stride_h && r->stride_w && r->dilation_h && r->dilation_w,
                            r->kernel_h, r->kernel_w)
        && mite_check_items(check, r->input, product4(r->batches, r->in_h, r->in_w, r->in_c), 4, MITE_READ)
        && mite_check_items(check, r->output, product4(r->batches, r->out_h, r->out_w, r->out_c), 4, MITE_WRITE)
        && mite_check_range(check, r->filter, mite_check_product(taps, r->out_c), 4, MITE_READ)
        && mite_check_range(check, r->bias, 4 * r->out_c, 4, MITE_READ);
}

void mite_run_conv_2d_f32(const mite_model_t *model, const void *record) {
    const mite_conv_2d_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input), *bias = (const float *)(const void *)mite_ref(model, r->bias);
    const float *filter = (const float *)(const void *)mite_ref(model, r->filter);
    float *out = (float *)(void *)mite_ref(model, r->output);
    int32_t group_in = r->in_c / r->groups, group_out = r->out_c / r->groups, row = r->kernel_w * group_in;
    for (int32_t b = 0; b < r->batches; b++, in += (uint32_t)r->in_h * r->in_w * r->in_c) {
        for (int32_t oy = 0; oy < r->out_h; oy++) {
            int32_t top = oy * r->stride_h - r->pad_top;
            mite_taps_t rows = mite_window_taps(top, r->kernel_h, r->dilation_h, r->in_h);
            for (int32_t ox = 0; ox < r->out_w; ox++) {
                int32_t left = ox * r->stride_w - r->pad_left;
                mite_taps_t columns = mite_window_taps(left, r->kernel_w, r->dilation_w, r->in_w);
                for (int32_t oc = 0; oc < r->out_c; oc++) {
                    const float *weights = filter + (uint32_t)oc * r->kernel_h * row;
                    float sum = 0;
                    for (int32_t ky = rows.begin; ky < rows.end; ky++) {
                        for (int32_t kx = columns.begin; kx < columns.end; kx++) {
                            const float *x = in + ((top + ky * r->dilation_h) * r->in_w + left + kx * r->dilation_w) * r->in_c + oc / group_out * group_in;
                            const float *w = weights + ky * row + kx * group_in;
                            for (int32_t c = 0; c < group_in; c++) {
                                sum += x[c] * w[c];
                            }
                        }
                    }
                    *out++ = mite_real_clamp(sum + bias[oc], r->act_min, r->act_max);
                }
            }
        }
    }
}
