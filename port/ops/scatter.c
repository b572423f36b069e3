#include <string.h>

#include "../core/number.h"
#include "elements.h"
#include "ops.h"

int mite_check_scatter(const mite_check_t *check, const void *record) {
    const mite_scatter_t *r = record;
    uint32_t size = mite_number_size(r->dtype), slice = mite_check_product(r->inner, size);
    return mite_check_value(check, size && r->count && r->size && r->inner, r->dtype, r->count)
        && mite_check_items(check, r->indices, r->count, 4, MITE_READ)
        && mite_check_range(check, r->updates, mite_check_product(r->count, slice), element_align(size), MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(r->size, slice), element_align(size), MITE_WRITE);
}

void mite_run_scatter(const mite_model_t *model, const void *record) {
    const mite_scatter_t *r = record;
    const uint8_t *updates = mite_ref(model, r->updates);
    const int32_t *indices = (const int32_t *)(const void *)mite_ref(model, r->indices);
    uint8_t *out = mite_ref(model, r->output);
    uint32_t size = mite_number_size(r->dtype), slice = r->inner * size;
    memset(out, 0, r->size * slice);
    for (uint32_t i = 0; i < r->count; i++, updates += slice) {
        uint32_t index = (uint32_t)indices[i];
        for (uint32_t n = 0; index < r->size && n < slice; n += size) {
            uint8_t *to = out + index * slice + n;
            if (r->dtype == MITE_DTYPE_FLOAT32) {
                *(float *)(void *)to += *(const float *)(const void *)(updates + n);
            } else {
                mite_number_store(to, r->dtype, mite_number_load(to, r->dtype) + mite_number_load(updates + n, r->dtype));
            }
        }
    }
}
