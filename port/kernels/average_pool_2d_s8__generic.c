// Average pooling, plainly: the taps outside of the picture do not count.

#include "quant.h"
#include "roster.h"
#include "window.h"

void mite_average_pool_2d_s8__generic(const mite_pool_t *p) {
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++) {
        for (int32_t oy = 0; oy < p->out_h; oy++) {
            mite_taps_t rows = mite_window(oy, p->stride_h, p->pad_top, p->kernel_h, p->in_h);
            for (int32_t ox = 0; ox < p->out_w; ox++) {
                mite_taps_t columns = mite_window(ox, p->stride_w, p->pad_left, p->kernel_w, p->in_w);
                for (int32_t c = 0; c < p->channels; c++) {
                    const int8_t *in = p->input + b * p->in_h * p->in_w * p->channels + c;
                    int32_t acc = 0;
                    for (int32_t y = rows.begin; y < rows.end; y++) {
                        for (int32_t x = columns.begin; x < columns.end; x++) {
                            acc += in[(y * p->in_w + x) * p->channels];
                        }
                    }
                    int32_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
                    acc = (acc > 0 ? acc + count / 2 : acc - count / 2) / count;
                    *out++ = (int8_t)mite_quant_clamp(acc, p->min, p->max);
                }
            }
        }
    }
}
