#include "convolution.h"

int mite_check_fully_connected(const mite_check_t *check, const void *record) {
    const mite_fully_connected_t *r = record;
    return mite_check_value(check, r->depth && r->depth <= MITE_REF_OFFSET && r->outputs, r->depth, r->outputs)
        && mite_check_value(check, r->act_min >= INT8_MIN && r->act_max <= INT8_MAX && r->act_min <= r->act_max,
                            (uint32_t)r->act_min, (uint32_t)r->act_max)
        && mite_check_range(check, r->input, mite_check_product(r->batches, r->depth), 1, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(r->batches, r->outputs), 1, MITE_WRITE)
        && mite_check_range(check, r->filter, mite_check_product((r->depth + 3) & ~3u, r->outputs), 4, MITE_READ)
        && mite_check_channels(check, r->channels, r->outputs, r->flags);
}

void mite_run_fully_connected(const mite_model_t *model, const void *record) {
    const mite_fully_connected_t *r = record;
    mite_dense_t p;
    p.input = (const int8_t *)mite_ref(model, r->input);
    p.filter = (const int8_t *)mite_ref(model, r->filter);
    p.output = (int8_t *)mite_ref(model, r->output);
    p.batches = (int32_t)r->batches;
    p.depth = (int32_t)r->depth;
    p.outputs = (int32_t)r->outputs;
    mite_convolution_requant(&p.requant, model, r->channels, r->outputs, r->flags);
    p.requant.zero_point = r->output_zero_point;
    p.requant.min = r->act_min;
    p.requant.max = r->act_max;
    MITE_KERNEL(fully_connected, s8)(&p);
}
