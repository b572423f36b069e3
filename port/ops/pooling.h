// What AVERAGE_POOL_2D and MAX_POOL_2D share; their records are alike.
#ifndef MITE_POOLING_H
#define MITE_POOLING_H

#include "../kernels/roster.h"
#include "ops.h"

// Does every window of this dimension hold at least one pixel?
static inline int windows_filled(uint32_t in, uint32_t out, uint32_t kernel, uint32_t stride, uint32_t pad) {
    return in && out && stride && pad < kernel && (out - 1) * stride < in + pad;
}

static inline int check_pooling(const mite_check_t *check, const mite_average_pool_2d_t *r) {
    return mite_check_value(check, windows_filled(r->in_h, r->out_h, r->kernel_h, r->stride_h, r->pad_top), r->in_h, r->out_h)
        && mite_check_value(check, windows_filled(r->in_w, r->out_w, r->kernel_w, r->stride_w, r->pad_left), r->in_w, r->out_w)
        // Loops over no channels at all could still take hours.
        && mite_check_value(check, r->batches && r->channels, r->batches, r->channels)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_range(check, r->input,
                            mite_check_product(mite_check_product(r->batches, r->in_h), mite_check_product(r->in_w, r->channels)),
                            1, MITE_READ)
        && mite_check_range(check, r->output,
                            mite_check_product(mite_check_product(r->batches, r->out_h), mite_check_product(r->out_w, r->channels)),
                            1, MITE_WRITE);
}

static inline mite_pool_t pooling_parameters(const mite_model_t *model, const mite_average_pool_2d_t *r) {
    mite_pool_t p = {
        .input = (const int8_t *)mite_ref(model, r->input), .output = (int8_t *)mite_ref(model, r->output),
        .batches = r->batches, .in_h = r->in_h, .in_w = r->in_w, .channels = r->channels, .out_h = r->out_h, .out_w = r->out_w,
        .kernel_h = r->kernel_h, .kernel_w = r->kernel_w, .stride_h = r->stride_h, .stride_w = r->stride_w,
        .pad_top = r->pad_top, .pad_left = r->pad_left, .min = r->act_min, .max = r->act_max,
    };
    return p;
}

#endif
