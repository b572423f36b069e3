// Average pooling, four channels at a time: SXTAB16 adds two of them at once, in halves of a word. Each four are read before they are
// written, in the order of the generic kernel.

#include "dsp.h"
#include "roster.h"
#include "window.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

enum { MOST_TAPS = 255 }; // whose sum a half of a word holds

static inline int8_t average(int32_t sum, int32_t count, const mite_pool_t *p) {
    sum = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
    return (int8_t)mite_quant_clamp(sum, p->min, p->max);
}

// One output pixel. in: the first tap inside of the picture; width, height: of the taps inside.
static __attribute__((noinline, optimize("Os"))) void pixel(const mite_pool_t *p, const int8_t *in, int32_t width, int32_t height, int8_t *out) {
    int32_t channels = p->channels, next = (p->in_w - width) * channels, count = width * height, c = 0;
    for (; c + 4 <= channels; c += 4, in += 4, out += 4) {
        const int8_t *at = in;
        int32_t even = 0, odd = 0; // channels 0 and 2; 1 and 3
        for (int32_t y = height; y; y--, at += next) {
            for (int32_t x = width; x; x--, at += channels) {
                int32_t word = dsp_load(at);
                __asm("sxtab16 %0, %0, %1" : "+r"(even) : "r"(word));
                __asm("sxtab16 %0, %0, %1, ror #8" : "+r"(odd) : "r"(word));
            }
        }
        out[0] = average((int16_t)even, count, p);
        out[1] = average((int16_t)odd, count, p);
        out[2] = average(even >> 16, count, p);
        out[3] = average(odd >> 16, count, p);
    }
    for (; c < channels; c++, in++, out++) {
        const int8_t *at = in;
        int32_t sum = 0;
        for (int32_t y = height; y; y--, at += next) {
            for (int32_t x = width; x; x--, at += channels) {
                sum += *at;
            }
        }
        *out = average(sum, count, p);
    }
}

__attribute__((optimize("Os"))) void mite_average_pool_2d_s8__dsp(const mite_pool_t *p) {
    if (p->kernel_h * p->kernel_w > MOST_TAPS) {
        mite_average_pool_2d_s8__generic(p);
        return;
    }
    int8_t *out = p->output;
    int32_t row = p->in_w * p->channels;
    for (int32_t b = 0; b < p->batches; b++) {
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            mite_taps_t rows = mite_window(oy, p->stride_h, p->pad_top, p->kernel_h, p->in_h);
            for (int32_t ox = 0; ox < p->out_w; ox++, out += p->channels) {
                mite_taps_t columns = mite_window(ox, p->stride_w, p->pad_left, p->kernel_w, p->in_w);
                const int8_t *in = p->input + (b * p->in_h + rows.begin) * row + columns.begin * p->channels;
                pixel(p, in, columns.end - columns.begin, rows.end - rows.begin, out);
            }
        }
    }
}

#endif
