#include <string.h>

#include "../kernels/quant.h"
#include "ops.h"

int mite_check_gather(const mite_check_t *check, const void *record) {
    const mite_gather_t *r = record;
    uint32_t outer = mite_check_product(r->batches, r->outer);
    return mite_check_value(check, r->size && r->size <= MITE_REF_OFFSET && r->inner, r->size, r->inner)
        // No count of slices that are not there: loops over them could take hours.
        && mite_check_value(check, outer && r->count, outer, r->count)
        && mite_check_range(check, r->input, mite_check_product(mite_check_product(outer, r->size), r->inner), 1, MITE_READ)
        && mite_check_items(check, r->indices, mite_check_product(r->batches, r->count), 4, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(mite_check_product(outer, r->count), r->inner), 1, MITE_WRITE);
}

void mite_run_gather(const mite_model_t *model, const void *record) {
    const mite_gather_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    const int32_t *indices = (const int32_t *)(const void *)mite_ref(model, r->indices);
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t b = 0; b < r->batches; b++, indices += r->count) {
        for (uint32_t o = 0; o < r->outer; o++, in += r->size * r->inner) {
            for (uint32_t i = 0; i < r->count; i++, out += r->inner) {
                int32_t index = mite_quant_clamp(indices[i], 0, (int32_t)r->size - 1);
                memmove(out, in + (uint32_t)index * r->inner, r->inner);
            }
        }
    }
}
