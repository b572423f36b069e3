#include "../core/number.h"
#include "elements.h"
#include "ops.h"

int mite_check_topk(const mite_check_t *check, const void *record) {
    const mite_topk_t *r = record;
    uint32_t size = mite_number_size(r->dtype);
    return mite_check_value(check, size && r->rows && r->k && r->k <= r->depth, r->k, r->depth)
        && mite_check_items(check, r->input, mite_check_product(r->rows, r->depth), size, MITE_READ)
        && mite_check_items(check, r->output, mite_check_product(r->rows, r->k), 4, MITE_WRITE);
}

// A number that is in the order of the row's. Floats are compared by their bits: as sign and size, in two's complement.
static int64_t rank(const uint8_t *at, uint32_t dtype) {
    if (dtype != MITE_DTYPE_FLOAT32) {
        return mite_number_load(at, dtype);
    }
    int32_t bits = (int32_t)mite_number_load(at, MITE_DTYPE_INT32);
    return bits < 0 ? -(int64_t)(bits & INT32_MAX) : bits;
}

void mite_run_topk(const mite_model_t *model, const void *record) {
    const mite_topk_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    int32_t *out = (int32_t *)(void *)mite_ref(model, r->output);
    uint32_t size = mite_number_size(r->dtype);
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth * size) {
        // Each time the best of those that come behind the last one chosen: no memory is needed to sort in.
        int64_t last = INT64_MAX;
        int32_t last_index = -1;
        for (uint32_t k = 0; k < r->k; k++) {
            int64_t best = 0;
            int32_t best_index = -1;
            for (uint32_t i = 0; i < r->depth; i++) {
                int64_t x = rank(in + i * size, r->dtype);
                int behind = x < last || (x == last && (int32_t)i > last_index);
                if (behind && (best_index < 0 || x > best)) {
                    best = x;
                    best_index = (int32_t)i;
                }
            }
            last = best;
            last_index = best_index;
            *out++ = best_index;
        }
    }
}
