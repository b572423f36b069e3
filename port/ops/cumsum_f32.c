#include "ops.h"

enum { EXCLUSIVE = 1, REVERSE = 2 };

int mite_check_cumsum_f32(const mite_check_t *check, const void *record) {
    const mite_cumsum_f32_t *r = record;
    uint32_t bytes = mite_check_product(mite_check_product(r->outer, r->size), mite_check_product(r->inner, 4));
    return mite_check_value(check, r->outer && r->size && r->inner, r->outer, r->size)
        && mite_check_range(check, r->input, bytes, 4, MITE_READ) && mite_check_range(check, r->output, bytes, 4, MITE_WRITE);
}

void mite_run_cumsum_f32(const mite_model_t *model, const void *record) {
    const mite_cumsum_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input);
    float *out = (float *)(void *)mite_ref(model, r->output);
    for (uint32_t o = 0; o < r->outer; o++, in += r->size * r->inner, out += r->size * r->inner) {
        for (uint32_t i = 0; i < r->inner; i++) {
            float sum = 0;
            for (uint32_t n = 0; n < r->size; n++) {
                uint32_t at = (r->flags & REVERSE ? r->size - 1 - n : n) * r->inner + i;
                float before = sum;
                sum += in[at];
                out[at] = r->flags & EXCLUSIVE ? before : sum;
            }
        }
    }
}
