#include "../kernels/real.h"
#include "../kernels/window.h"
#include "pooling.h"

int mite_check_pool_2d_f32(const mite_check_t *check, const void *record) {
    const mite_pool_2d_f32_t *r = record;
    uint32_t rows = mite_check_product(r->batches, r->channels);
    return mite_check_value(check, r->flags < MITE_POOL_F32_COUNT, r->flags, MITE_POOL_F32_COUNT)
        && mite_check_value(check, windows_filled(r->in_h, r->out_h, r->kernel_h, r->stride_h, r->pad_top), r->in_h, r->out_h)
        && mite_check_value(check, windows_filled(r->in_w, r->out_w, r->kernel_w, r->stride_w, r->pad_left), r->in_w, r->out_w)
        && mite_check_value(check, rows, r->batches, r->channels)
        && mite_check_range(check, r->input, mite_check_product(mite_check_product(rows, r->in_h), mite_check_product(r->in_w, 4)), 4, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(mite_check_product(rows, r->out_h), mite_check_product(r->out_w, 4)), 4, MITE_WRITE);
}

void mite_run_pool_2d_f32(const mite_model_t *model, const void *record) {
    const mite_pool_2d_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input);
    float *out = (float *)(void *)mite_ref(model, r->output);
    for (int32_t b = 0; b < r->batches; b++, in += (uint32_t)r->in_h * r->in_w * r->channels) {
        for (int32_t oy = 0; oy < r->out_h; oy++) {
            mite_taps_t rows = mite_window(oy, r->stride_h, r->pad_top, r->kernel_h, r->in_h);
            for (int32_t ox = 0; ox < r->out_w; ox++) {
                mite_taps_t columns = mite_window(ox, r->stride_w, r->pad_left, r->kernel_w, r->in_w);
                float count = (float)((rows.end - rows.begin) * (columns.end - columns.begin));
                for (int32_t c = 0; c < r->channels; c++) {
                    float sum = 0, most = -mite_real_of_bits(MITE_REAL_INFINITY);
                    for (int32_t y = rows.begin; y < rows.end; y++) {
                        for (int32_t x = columns.begin; x < columns.end; x++) {
                            float value = in[(y * r->in_w + x) * r->channels + c];
                            sum += r->flags == MITE_POOL_F32_L2 ? value * value : value;
                            most = most < value ? value : most;
                        }
                    }
                    float mean = sum / count;
                    *out++ = mite_real_clamp(r->flags == MITE_POOL_F32_MAX ? most : r->flags == MITE_POOL_F32_L2 ? mite_real_sqrt(mean) : mean,
                                             r->act_min, r->act_max);
                }
            }
        }
    }
}
