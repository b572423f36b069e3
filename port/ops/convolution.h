// What CONV_2D and DEPTHWISE_CONV_2D share. Their records differ in one field's name only: groups, multiplier.
#ifndef MITE_CONVOLUTION_H
#define MITE_CONVOLUTION_H

#include "../kernels/roster.h"
#include "ops.h"

typedef char mite_convolution_records_alike[sizeof(mite_conv_2d_t) == sizeof(mite_depthwise_conv_2d_t) ? 1 : -1];

static inline uint32_t product4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return mite_check_product(mite_check_product(a, b), mite_check_product(c, d));
}

static inline int check_convolution(const mite_check_t *check, const mite_conv_2d_t *r, uint32_t filter_bytes) {
    return mite_check_value(check, r->batches && r->in_h && r->in_w && r->in_c, r->in_h, r->in_w)
        && mite_check_value(check, r->out_h && r->out_w && r->out_c, r->out_h, r->out_w)
        && mite_check_value(check, r->kernel_h && r->kernel_w && r->stride_h && r->stride_w && r->dilation_h && r->dilation_w,
                            r->kernel_h, r->kernel_w)
        && mite_check_value(check, r->act_min >= INT8_MIN && r->act_max <= INT8_MAX && r->act_min <= r->act_max,
                            (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_range(check, r->input, product4(r->batches, r->in_h, r->in_w, r->in_c), 1, MITE_READ)
        && mite_check_range(check, r->output, product4(r->batches, r->out_h, r->out_w, r->out_c), 1, MITE_WRITE)
        && mite_check_range(check, r->filter, filter_bytes, 4, MITE_READ)
        && mite_check_channels(check, r->channels, r->out_c, r->flags)
        && mite_check_value(check, r->scratch_bytes >= mite_scratch(r).least, r->scratch_bytes, mite_scratch(r).least)
        && (!r->scratch_bytes || mite_check_range(check, r->scratch, r->scratch_bytes, 4, MITE_WRITE));
}

static inline mite_requant_t requant_parameters(const mite_model_t *model, mite_ref_t channels, uint32_t count, uint32_t flags) {
    const int32_t *block = (const int32_t *)mite_ref(model, channels);
    mite_requant_t requant = {.scale_step = !(flags & MITE_SHARED)};
    if (flags & MITE_PACKED) {
        requant.packed = block;
        requant.bias = block + 2; // of the layout that shares its multiplier
    } else {
        requant.bias = block;
        requant.multiplier = block + count;
        requant.shift = (const int8_t *)(requant.multiplier + (flags & MITE_SHARED ? 1 : count));
    }
    return requant;
}

static inline mite_conv_t convolution_parameters(const mite_model_t *model, const mite_conv_2d_t *r) {
    mite_conv_t p = {
        .input = (const int8_t *)mite_ref(model, r->input),
        .filter = (const int8_t *)mite_ref(model, r->filter),
        .output = (int8_t *)mite_ref(model, r->output),
        .requant = requant_parameters(model, r->channels, r->out_c, r->flags),
        .batches = r->batches, .in_h = r->in_h, .in_w = r->in_w, .in_c = r->in_c,
        .out_h = r->out_h, .out_w = r->out_w, .out_c = r->out_c,
        .kernel_h = r->kernel_h, .kernel_w = r->kernel_w, .stride_h = r->stride_h, .stride_w = r->stride_w,
        .dilation_h = r->dilation_h, .dilation_w = r->dilation_w, .pad_top = r->pad_top, .pad_left = r->pad_left,
        .scratch = mite_ref(model, r->scratch), .scratch_bytes = (int32_t)r->scratch_bytes,
        .input_zero_point = r->input_zero_point, .groups = r->groups, .multiplier = r->groups,
    };
    p.requant.zero_point = r->output_zero_point;
    p.requant.min = r->act_min;
    p.requant.max = r->act_max;
    return p;
}

#endif
