#include "../kernels/quant.h"
#include "convolution.h"

int mite_check_conv_2d(const mite_check_t *check, const void *record) {
    return mite_convolution_check_groups(check, record);
}

void mite_run_conv_2d(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    MITE_KERNEL(conv_2d, s8)(&p);
}

mite_scratch_t mite_scratch_conv_2d(const mite_conv_2d_t *r) {
    int32_t channels = r->in_c / r->groups, taps = (r->kernel_h * r->kernel_w * channels + 3) & ~3;
    int32_t pixels = mite_quant_clamp(r->batches * r->out_h * r->out_w, MITE_CONV_TILE_LEAST, MITE_CONV_TILE);
    return (mite_scratch_t) {
        (uint32_t)mite_conv_scratch_bytes(taps, channels, MITE_CONV_TILE_LEAST),
        (uint32_t)mite_conv_scratch_bytes(taps, channels, pixels),
    };
}
