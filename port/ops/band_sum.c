#include "ops.h"

int mite_check_band_sum(const mite_check_t *check, const void *record) {
    const mite_band_sum_t *r = record;
    return mite_check_value(check, r->sums == r->output, r->sums, r->output)
        // Loops over no channels at all could still take hours.
        && mite_check_value(check, r->channels != 0, r->pixels, r->channels)
        && mite_check_range(check, r->input, mite_check_product(r->pixels, r->channels), 1, MITE_READ)
        && mite_check_items(check, r->output, r->channels, 4, MITE_WRITE);
}

void mite_run_band_sum(const mite_model_t *model, const void *record) {
    const mite_band_sum_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int32_t *sums = (int32_t *)mite_ref(model, r->output);
    for (uint32_t pixel = r->pixels; pixel; pixel--) {
        for (uint32_t c = 0; c < r->channels; c++) {
            sums[c] += *in++;
        }
    }
}
