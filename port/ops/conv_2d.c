#include "convolution.h"

int mite_check_conv_2d(const mite_check_t *check, const void *record) {
    const mite_conv_2d_t *r = record;
    if (!mite_check_value(check, r->groups && r->in_c % r->groups == 0 && r->out_c % r->groups == 0, r->groups, r->in_c)) {
        return 0;
    }
    uint32_t taps = product4(r->kernel_h, r->kernel_w, r->in_c / r->groups, 1);
    return mite_check_value(check, taps <= MITE_REF_OFFSET, taps, 0)
        && check_convolution(check, r, mite_check_product((taps + 3) & ~3u, r->out_c));
}

void mite_run_conv_2d(const mite_model_t *model, const void *record) {
    mite_conv_t parameters = convolution_parameters(model, record);
    MITE_KERNEL(conv_2d, s8)(&parameters);
}
