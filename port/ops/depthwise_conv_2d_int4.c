#include "convolution.h"
#include "int4.h"

// Bytes of the filter as it lies in the image; spread out it takes twice as many.
static uint32_t filter_bytes(const mite_depthwise_conv_2d_int4_t *r) {
    return (product4(r->kernel_h, r->kernel_w, r->out_c, 1) + 1) / 2;
}

static uint32_t spread_bytes(const mite_depthwise_conv_2d_int4_t *r) {
    return (2 * filter_bytes(r) + 3) & ~3u;
}

int mite_check_depthwise_conv_2d_int4(const mite_check_t *check, const void *record) {
    const mite_depthwise_conv_2d_int4_t *r = record;
    return mite_check_value(check, r->out_c == (uint32_t)r->in_c * r->multiplier, r->in_c, r->out_c)
        && mite_check_value(check, filter_bytes(r) < 1 << 28, filter_bytes(r), 1 << 28) // so that scratch sizes fit 32 bits
        && mite_convolution_check(check, record, filter_bytes(r));
}

void mite_run_depthwise_conv_2d_int4(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    int8_t *spread = p.scratch;
    int4_spread((const uint8_t *)p.filter, spread, (int32_t)filter_bytes(record));
    p.filter = spread;
    p.scratch = spread + spread_bytes(record);
    p.scratch_bytes -= (int32_t)spread_bytes(record);
    MITE_KERNEL(depthwise_conv_2d, s8)(&p);
}

mite_scratch_t mite_scratch_depthwise_conv_2d_int4(const mite_depthwise_conv_2d_int4_t *r) {
    mite_scratch_t scratch = mite_scratch_depthwise_conv_2d((const mite_depthwise_conv_2d_t *)r);
    return (mite_scratch_t) {spread_bytes(r) + scratch.least, spread_bytes(r) + scratch.most};
}
