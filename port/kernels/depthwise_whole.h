// A depthwise convolution of a single output, whose kernel is as wide as the picture (as streaming models have them): for each channel a sum of
// products at one stride in both. Nothing that is made ready for a kernel that moves would be used twice.
#ifndef MITE_DEPTHWISE_WHOLE_H
#define MITE_DEPTHWISE_WHOLE_H

#include "conv.h"

#if defined(__ARM_FEATURE_DSP)
// Seldom and short: what gcc would make of it for speed is missed elsewhere.
#define DEPTHWISE_SMALL static __attribute__((noinline, optimize("Os")))
#else
#define DEPTHWISE_SMALL static inline
#endif

DEPTHWISE_SMALL int depthwise_is_whole(const mite_conv_t *p) {
    return p->batches * p->out_h * p->out_w * p->multiplier == 1 && p->kernel_w == p->in_w && p->kernel_h <= p->in_h
        && !(p->pad_top | p->pad_left) && p->dilation_h * p->dilation_w == 1;
}

// All taps of a channel are read before its output is written, which may lie exactly over the first of them.
DEPTHWISE_SMALL void depthwise_whole(const mite_conv_t *p) {
    int32_t channels = p->out_c, end = p->kernel_h * p->kernel_w * channels;
    int32_t c = 0;
#if defined(__ARM_FEATURE_DSP) && !defined(__OPTIMIZE_SIZE__)
    for (; c + 4 <= channels; c += 4) {
        int32_t sums[4] = {0, 0, 0, 0};
        for (int32_t at = c; at < end; at += channels) {
            int32_t x = dsp_load(p->input + at), w = dsp_load(p->filter + at);
            int32_t x_even = dsp_even(x), w_even = dsp_even(w), x_odd = dsp_odd(x), w_odd = dsp_odd(w);
            sums[0] += (int16_t)x_even * (int16_t)w_even;
            sums[1] += (int16_t)x_odd * (int16_t)w_odd;
            sums[2] += (x_even >> 16) * (w_even >> 16);
            sums[3] += (x_odd >> 16) * (w_odd >> 16);
        }
        for (int32_t i = 0; i < 4; i++) {
            p->output[c + i] = mite_requant_output(&p->requant, c + i, sums[i] + mite_requant_bias(&p->requant, c + i));
        }
    }
#endif
    for (; c < channels; c++) {
        const int8_t *x = p->input + c, *w = p->filter + c;
        int32_t sum = 0;
        for (int32_t at = 0; at < end; at += channels) {
            sum += x[at] * w[at];
        }
        p->output[c] = mite_requant_output(&p->requant, c, sum + mite_requant_bias(&p->requant, c));
    }
}

#endif
