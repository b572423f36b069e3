#include "convolution.h"

int mite_check_conv_2d_winograd(const mite_check_t *check, const void *record) {
    const mite_conv_2d_t *r = record;
    return mite_check_value(check, r->batches == 1 && r->in_c % 4 == 0 && r->out_c % 2 == 0 && r->flags == MITE_PACKED, r->in_c, r->out_c)
        && mite_convolution_check(check, r, product4(r->in_c, r->out_c, 16, sizeof(int16_t)));
}

void mite_run_conv_2d_winograd(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    MITE_KERNEL(conv_2d_winograd, s8)(&p);
}

mite_scratch_t mite_scratch_conv_2d_winograd(const mite_conv_2d_winograd_t *r) {
    uint32_t bytes = 16 * 4 * (2u * r->in_c + 8); // numbers of 16 matrices of channels x 4 tiles as int16, and two channels' sums
    return (mite_scratch_t) {bytes, bytes};
}
