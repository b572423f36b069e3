#include "../kernels/window.h"
#include "pooling.h"

int mite_check_average_pool_2d_up(const mite_check_t *check, const void *record) {
    return check_pooling(check, record);
}

// sum / count, halves rounded up.
static int32_t mean(int32_t sum, int32_t count) {
    sum += count / 2;
    return sum >= 0 ? sum / count : -((count - 1 - sum) / count);
}

void mite_run_average_pool_2d_up(const mite_model_t *model, const void *record) {
    mite_pool_t p = pooling_parameters(model, record);
    for (int32_t b = 0; b < p.batches; b++, p.input += p.in_h * p.in_w * p.channels) {
        for (int32_t oy = 0; oy < p.out_h; oy++) {
            mite_taps_t rows = mite_window(oy, p.stride_h, p.pad_top, p.kernel_h, p.in_h);
            for (int32_t ox = 0; ox < p.out_w; ox++) {
                mite_taps_t columns = mite_window(ox, p.stride_w, p.pad_left, p.kernel_w, p.in_w);
                int32_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
                for (int32_t c = 0; c < p.channels; c++) {
                    int32_t sum = 0;
                    for (int32_t y = rows.begin; y < rows.end; y++) {
                        const int8_t *in = p.input + (y * p.in_w + columns.begin) * p.channels + c;
                        for (int32_t x = columns.begin; x < columns.end; x++, in += p.channels) {
                            sum += *in;
                        }
                    }
                    *p.output++ = (int8_t)mite_quant_clamp(mean(sum, count), p.min, p.max);
                }
            }
        }
    }
}
