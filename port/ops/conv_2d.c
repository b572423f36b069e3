#include "../kernels/quant.h"
#include "convolution.h"

int mite_check_conv_2d(const mite_check_t *check, const void *record) {
    const mite_conv_2d_t *r = record;
    if (!mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)) {
        return 0;
    }
    uint32_t taps = product4(r->kernel_h, r->kernel_w, r->in_c / r->groups, 1);
    return mite_check_value(check, taps < 1 << 20, taps, 1 << 20) // so that scratch sizes fit 32 bits
        && mite_convolution_check(check, r, mite_check_product((taps + 3) & ~3u, r->out_c));
}

void mite_run_conv_2d(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    MITE_KERNEL(conv_2d, s8)(&p);
}

mite_scratch_t mite_scratch_conv_2d(const mite_conv_2d_t *r) {
    int32_t channels = r->in_c / r->groups, taps = (r->kernel_h * r->kernel_w * channels + 3) & ~3;
    int32_t pixels = mite_quant_min(r->batches * r->out_h * r->out_w, MITE_CONV_TILE);
    return (mite_scratch_t) {
        (uint32_t)mite_conv_scratch_bytes(taps, channels, MITE_CONV_TILE_LEAST),
        (uint32_t)mite_conv_scratch_bytes(taps, channels, pixels > MITE_CONV_TILE_LEAST ? MITE_CONV_TILE : MITE_CONV_TILE_LEAST),
    };
}
