#include "../kernels/quant.h"
#include "../kernels/window.h"
#include "pooling.h"

enum { LARGEST = 1 };

int mite_check_pool_s16(const mite_check_t *check, const void *record) {
    const mite_pool_s16_t *r = record;
    uint32_t in = mite_check_product(mite_check_product(r->batches, r->in_h), mite_check_product(r->in_w, r->channels));
    uint32_t out = mite_check_product(mite_check_product(r->batches, r->out_h), mite_check_product(r->out_w, r->channels));
    return mite_check_value(check, windows_filled(r->in_h, r->out_h, r->kernel_h, r->stride_h, r->pad_top), r->in_h, r->out_h)
        && mite_check_value(check, windows_filled(r->in_w, r->out_w, r->kernel_w, r->stride_w, r->pad_left), r->in_w, r->out_w)
        && mite_check_value(check, r->batches && r->channels, r->batches, r->channels)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_items(check, r->input, in, 2, MITE_READ)
        && mite_check_items(check, r->output, out, 2, MITE_WRITE);
}

static int32_t pooled(const mite_pool_s16_t *r, const int16_t *in, mite_taps_t rows, mite_taps_t columns) {
    int32_t largest = INT16_MIN, sum = 0, count = (rows.end - rows.begin) * (columns.end - columns.begin);
    for (int32_t y = rows.begin; y < rows.end; y++) {
        const int16_t *x = in + (y * r->in_w + columns.begin) * r->channels;
        for (int32_t n = columns.end - columns.begin; n; n--, x += r->channels) {
            largest = mite_quant_max(largest, *x);
            sum += *x;
        }
    }
    return r->flags & LARGEST ? largest : (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
}

void mite_run_pool_s16(const mite_model_t *model, const void *record) {
    const mite_pool_s16_t *r = record;
    const int16_t *in = (const int16_t *)(const void *)mite_ref(model, r->input);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    for (int32_t batch = 0; batch < r->batches; batch++, in += r->in_h * r->in_w * r->channels) {
        for (int32_t y = 0; y < r->out_h; y++) {
            mite_taps_t rows = mite_window(y, r->stride_h, r->pad_top, r->kernel_h, r->in_h);
            for (int32_t x = 0; x < r->out_w; x++) {
                mite_taps_t columns = mite_window(x, r->stride_w, r->pad_left, r->kernel_w, r->in_w);
                for (int32_t c = 0; c < r->channels; c++) {
                    *out++ = (int16_t)mite_quant_clamp(pooled(r, in + c, rows, columns), r->act_min, r->act_max);
                }
            }
        }
    }
}
