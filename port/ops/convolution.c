// One copy of what the convolutions share, however many of them a build has.

#include "convolution.h"

int mite_convolution_check(const mite_check_t *check, const mite_conv_2d_t *r, uint32_t filter_bytes) {
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

int mite_convolution_check_groups(const mite_check_t *check, const mite_conv_2d_t *r) {
    if (!mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)) {
        return 0;
    }
    uint32_t taps = product4(r->kernel_h, r->kernel_w, r->in_c / r->groups, 1);
    return mite_check_value(check, taps < 1 << 20, taps, 1 << 20) // so that scratch sizes fit 32 bits
        && mite_convolution_check(check, r, mite_check_product((taps + 3) & ~3u, r->out_c));
}

void mite_convolution_requant(mite_requant_t *requant, const mite_model_t *model, mite_ref_t channels, uint32_t count, uint32_t flags) {
    const int32_t *block = (const int32_t *)mite_ref(model, channels);
    requant->packed = flags & MITE_PACKED ? block : NULL;
    requant->bias = flags & MITE_PACKED ? block + 2 : block; // of the packed layout that shares its multiplier
    requant->multiplier = block + count;
    requant->shift = (const int8_t *)(requant->multiplier + (flags & MITE_SHARED ? 1 : count));
    requant->scale_step = !(flags & MITE_SHARED);
}

void mite_convolution_parameters(mite_conv_t *p, const mite_model_t *model, const mite_conv_2d_t *r) {
    p->input = (const int8_t *)mite_ref(model, r->input);
    p->filter = (const int8_t *)mite_ref(model, r->filter);
    p->output = (int8_t *)mite_ref(model, r->output);
    mite_convolution_requant(&p->requant, model, r->channels, r->out_c, r->flags);
    p->requant.zero_point = r->output_zero_point;
    p->requant.min = r->act_min;
    p->requant.max = r->act_max;
    p->batches = r->batches;
    p->in_h = r->in_h;
    p->in_w = r->in_w;
    p->in_c = r->in_c;
    p->out_h = r->out_h;
    p->out_w = r->out_w;
    p->out_c = r->out_c;
    p->kernel_h = r->kernel_h;
    p->kernel_w = r->kernel_w;
    p->stride_h = r->stride_h;
    p->stride_w = r->stride_w;
    p->dilation_h = r->dilation_h;
    p->dilation_w = r->dilation_w;
    p->pad_top = r->pad_top;
    p->pad_left = r->pad_left;
    p->input_zero_point = r->input_zero_point;
    p->groups = p->multiplier = r->groups;
    p->parts = r->parts;
    p->scratch = mite_ref(model, r->scratch);
    p->scratch_bytes = (int32_t)r->scratch_bytes;
}
