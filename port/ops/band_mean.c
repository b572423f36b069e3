#include "../kernels/quant.h"
#include "ops.h"

enum { AS_MEAN = 1 };

int mite_check_band_mean(const mite_check_t *check, const void *record) {
    const mite_band_mean_t *r = record;
    return mite_check_value(check, r->count > 0 && r->act_min <= r->act_max, (uint32_t)r->count, (uint32_t)r->act_min)
        && mite_check_shift(check, r->shift)
        && mite_check_items(check, r->input, r->channels, 4, MITE_READ)
        && mite_check_range(check, r->output, r->channels, 1, MITE_WRITE);
}

void mite_run_band_mean(const mite_model_t *model, const void *record) {
    const mite_band_mean_t *r = record;
    const int32_t *sums = (const int32_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    for (uint32_t c = 0; c < r->channels; c++) {
        int32_t sum = sums[c], half = r->count / 2, mean;
        if (r->flags & AS_MEAN) {
            mean = mite_quant_scale(sum + r->offset, r->multiplier, r->shift) + r->output_zero_point;
        } else {
            mean = (sum > 0 ? sum + half : sum - half) / r->count;
        }
        *out++ = (int8_t)mite_quant_clamp(mean, r->act_min, r->act_max);
    }
}
