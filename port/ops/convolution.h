// What CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED and their like share. Records of convolutions differ in their last two fields only: groups or
// multiplier, and what other weights need.
#ifndef MITE_CONVOLUTION_H
#define MITE_CONVOLUTION_H

#include "../kernels/roster.h"
#include "ops.h"

typedef char mite_convolution_records_alike[sizeof(mite_conv_2d_t) == sizeof(mite_depthwise_conv_2d_t) ? 1 : -1];

static inline uint32_t product4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return mite_check_product(mite_check_product(a, b), mite_check_product(c, d));
}

// All that both kinds of convolution must hold.
int mite_convolution_check(const mite_check_t *check, const mite_conv_2d_t *r, uint32_t filter_bytes);

// All that one must hold whose filter is int8 [out_c, taps of a group, padded to a multiple of 4].
int mite_convolution_check_groups(const mite_check_t *check, const mite_conv_2d_t *r);

// How the sums of `count` channels become outputs; zero point and bounds are still to be filled in.
void mite_convolution_requant(mite_requant_t *requant, const mite_model_t *model, mite_ref_t channels, uint32_t count, uint32_t flags);

// What a kernel needs to know. (Filled in where it lies: a copy would stay on the stack.)
void mite_convolution_parameters(mite_conv_t *p, const mite_model_t *model, const mite_conv_2d_t *r);

#endif
