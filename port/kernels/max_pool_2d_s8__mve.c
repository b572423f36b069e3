// Maximum pooling, sixteen channels at a time. Each block of channels is read before it is written, in the order of the generic kernel.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"
#include "window.h"

void mite_max_pool_2d_s8__mve(const mite_pool_t *p) {
    int8_t *out = p->output;
    int32_t pixel = p->channels, row = p->in_w * pixel;
    int8x16_t min = vdupq_n_s8((int8_t)mite_quant_clamp(p->min, INT8_MIN, INT8_MAX));
    int8x16_t max = vdupq_n_s8((int8_t)mite_quant_clamp(p->max, INT8_MIN, INT8_MAX));
    for (int32_t b = 0; b < p->batches; b++) {
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            mite_taps_t rows = mite_window(oy, p->stride_h, p->pad_top, p->kernel_h, p->in_h);
            for (int32_t ox = 0; ox < p->out_w; ox++, out += pixel) {
                mite_taps_t columns = mite_window(ox, p->stride_w, p->pad_left, p->kernel_w, p->in_w);
                const int8_t *corner = p->input + b * p->in_h * row + rows.begin * row + columns.begin * pixel;
                int32_t width = columns.end - columns.begin;
                for (int32_t c = 0; c < pixel; c += 16) {
                    mve_pred16_t some = vctp8q((uint32_t)(pixel - c));
                    int8x16_t largest = min;
                    const int8_t *line = corner + c;
                    for (int32_t y = rows.begin; y < rows.end; y++, line += row) {
                        const int8_t *at = line;
                        for (int32_t x = width; x; x--, at += pixel) {
                            largest = vmaxq_s8(largest, vldrbq_z_s8(at, some));
                        }
                    }
                    // Lanes behind the last channel are not stored.
                    vstrbq_p_s8(out + c, vminq_s8(largest, max), some);
                }
            }
        }
    }
}

#endif
