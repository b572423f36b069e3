#include "../kernels/dot_s8.h"
#include "convolution.h"

enum { LAST = 4 };

int mite_check_band_dense(const mite_check_t *check, const void *record) {
    const mite_band_dense_t *r = record;
    uint32_t last = r->flags & LAST, sums = mite_check_product(r->outputs, 4);
    return mite_check_value(check, r->depth && r->outputs, r->depth, r->outputs)
        && mite_check_value(check, r->first <= r->row && r->depth <= r->row - r->first, r->first, r->depth)
        && mite_check_value(check, last || r->sums == r->output, r->sums, r->output)
        && mite_check_value(check, r->act_min >= INT8_MIN && r->act_max <= INT8_MAX && r->act_min <= r->act_max,
                            (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_range(check, r->input, r->depth, 1, MITE_READ)
        && mite_check_range(check, r->sums, sums, 4, MITE_READ)
        && mite_check_range(check, r->output, last ? r->outputs : sums, last ? 1 : 4, MITE_WRITE)
        && mite_check_range(check, r->filter, mite_check_product(r->row, r->outputs), 1, MITE_READ)
        && mite_check_channels(check, r->channels, r->outputs, r->flags);
}

void mite_run_band_dense(const mite_model_t *model, const void *record) {
    const mite_band_dense_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input), *w = (const int8_t *)mite_ref(model, r->filter) + r->first;
    int32_t *sums = (int32_t *)mite_ref(model, r->sums);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    mite_requant_t requant;
    mite_convolution_requant(&requant, model, r->channels, r->outputs, r->flags);
    requant.zero_point = r->output_zero_point;
    requant.min = r->act_min;
    requant.max = r->act_max;
    for (uint32_t o = 0; o < r->outputs; o++, w += r->row) {
        int32_t sum = mite_dot_s8(in, w, r->depth, sums[o]);
        if (r->flags & LAST) {
            out[o] = mite_requant_output(&requant, (int32_t)o, sum + mite_requant_bias(&requant, (int32_t)o));
        } else {
            sums[o] = sum;
        }
    }
}
