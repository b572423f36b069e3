// Average pooling, sixteen channels at a time. Each block of channels is read before it is written, in the order of the generic kernel.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"
#include "window.h"

// Sums to averages, rounded half away from zero.
static inline int32x4_t averages(int32x4_t sums, int32_t count) {
    int32_t sum[4];
    vstrwq_s32(sum, sums);
    for (int i = 0; i < 4; i++) {
        sum[i] = (sum[i] > 0 ? sum[i] + count / 2 : sum[i] - count / 2) / count;
    }
    return vldrwq_s32(sum);
}

void mite_average_pool_2d_s8__mve(const mite_pool_t *p) {
    int8_t *out = p->output;
    int32_t pixel = p->channels, row = p->in_w * pixel;
    int32x4_t min = vdupq_n_s32(p->min), max = vdupq_n_s32(p->max);
    for (int32_t b = 0; b < p->batches; b++) {
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            mite_taps_t rows = mite_window(oy, p->stride_h, p->pad_top, p->kernel_h, p->in_h);
            for (int32_t ox = 0; ox < p->out_w; ox++, out += pixel) {
                mite_taps_t columns = mite_window(ox, p->stride_w, p->pad_left, p->kernel_w, p->in_w);
                const int8_t *corner = p->input + b * p->in_h * row + rows.begin * row + columns.begin * pixel;
                int32_t width = columns.end - columns.begin, count = (rows.end - rows.begin) * width, c = 0;
                for (; c + 16 <= pixel; c += 16) {
                    int32x4_t k = vdupq_n_s32(0), l = k, m = k, n = k;
                    const int8_t *line = corner + c;
                    for (int32_t y = rows.begin; y < rows.end; y++, line += row) {
                        const int8_t *at = line;
                        for (int32_t x = width; x; x--, at += pixel) {
                            k = vaddq_s32(k, vldrbq_s32(at));
                            l = vaddq_s32(l, vldrbq_s32(at + 4));
                            m = vaddq_s32(m, vldrbq_s32(at + 8));
                            n = vaddq_s32(n, vldrbq_s32(at + 12));
                        }
                    }
                    vstrbq_s32(out + c, vminq_s32(vmaxq_s32(averages(k, count), min), max));
                    vstrbq_s32(out + c + 4, vminq_s32(vmaxq_s32(averages(l, count), min), max));
                    vstrbq_s32(out + c + 8, vminq_s32(vmaxq_s32(averages(m, count), min), max));
                    vstrbq_s32(out + c + 12, vminq_s32(vmaxq_s32(averages(n, count), min), max));
                }
                for (; c < pixel; c += 4) {
                    mve_pred16_t some = vctp32q((uint32_t)(pixel - c));
                    int32x4_t sums = vdupq_n_s32(0);
                    const int8_t *line = corner + c;
                    for (int32_t y = rows.begin; y < rows.end; y++, line += row) {
                        for (int32_t x = 0; x < width; x++) {
                            sums = vaddq_s32(sums, vldrbq_z_s32(line + x * pixel, some));
                        }
                    }
                    vstrbq_p_s32(out + c, vminq_s32(vmaxq_s32(averages(sums, count), min), max), some);
                }
            }
        }
    }
}

#endif
