#include "convolution.h"

int mite_check_depthwise_conv_2d(const mite_check_t *check, const void *record) {
    const mite_depthwise_conv_2d_t *r = record;
    return mite_check_value(check, r->out_c == (uint32_t)r->in_c * r->multiplier, r->in_c, r->out_c)
        && mite_convolution_check(check, record, product4(r->kernel_h, r->kernel_w, r->out_c, 1));
}

void mite_run_depthwise_conv_2d(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    MITE_KERNEL(depthwise_conv_2d, s8)(&p);
}

mite_scratch_t mite_scratch_depthwise_conv_2d(const mite_depthwise_conv_2d_t *r) {
    if (r->multiplier != 1 || r->dilation_h != 1 || r->dilation_w != 1 || r->stride_w > 2) {
        return (mite_scratch_t) {0, 0};
    }
    mite_dw_plan_t plan = mite_dw_plan(r->kernel_h, r->kernel_w, r->stride_w, r->out_w);
    int32_t least = mite_dw_scratch_least(&plan, r->kernel_h, r->kernel_w, r->stride_w, r->out_w);
    int32_t most = mite_quant_max(mite_dw_scratch_most(&plan, r->kernel_h, r->kernel_w, r->stride_w, r->out_w),
                                  mite_dw_scratch_whole(&plan, r->kernel_h, r->stride_h, r->out_h));
    return (mite_scratch_t) {(uint32_t)least, (uint32_t)mite_quant_max(least, most)};
}
