#include "../core/number.h"
#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

enum { LEFT_SHIFT = 20 }; // of int8, before it is requantized

int mite_check_cumsum(const mite_check_t *check, const void *record) {
    const mite_cumsum_t *r = record;
    uint32_t size = mite_number_size(r->dtype);
    uint32_t bytes = mite_check_product(mite_check_product(r->outer, r->size), mite_check_product(r->inner, size));
    return mite_check_value(check, r->dtype == MITE_DTYPE_INT8 || r->dtype == MITE_DTYPE_INT32 || r->dtype == MITE_DTYPE_INT64, r->dtype, r->flags)
        && mite_check_value(check, r->outer && r->size && r->inner && r->flags < 4, r->outer, r->size)
        && mite_check_shift(check, r->shift) && mite_check_shift(check, r->output_shift)
        && mite_check_range(check, r->input, bytes, element_align(size), MITE_READ)
        && mite_check_range(check, r->output, bytes, element_align(size), MITE_WRITE);
}

static int64_t summand(const mite_cumsum_t *r, int64_t x) {
    return r->dtype == MITE_DTYPE_INT8 ? mite_quant_scale(((int32_t)x - r->zero_point) * (1 << LEFT_SHIFT), r->multiplier, r->shift) : x;
}

static void put(const mite_cumsum_t *r, uint8_t *at, int64_t sum) {
    if (r->dtype == MITE_DTYPE_INT8) {
        sum = mite_quant_scale((int32_t)sum, r->output_multiplier, r->output_shift) + r->output_zero_point;
        sum = mite_quant_clamp((int32_t)sum, INT8_MIN, INT8_MAX);
    }
    mite_number_store(at, r->dtype, sum);
}

void mite_run_cumsum(const mite_model_t *model, const void *record) {
    const mite_cumsum_t *r = record;
    uint32_t size = mite_number_size(r->dtype), step = r->inner * size;
    for (uint32_t o = 0; o < r->outer; o++) {
        for (uint32_t i = 0; i < r->inner; i++) {
            uint32_t at = o * r->size * step + i * size;
            int64_t sum = summand(r, 0); // of int8, the reference's begins with a number that stands for minus the zero point
            for (uint32_t n = 0; n < r->size; n++) {
                uint32_t place = at + (r->flags & MITE_CUMSUM_REVERSE ? r->size - 1 - n : n) * step;
                int64_t x = summand(r, mite_number_load(mite_ref(model, r->input) + place, r->dtype));
                if (r->flags & MITE_CUMSUM_EXCLUSIVE) {
                    put(r, mite_ref(model, r->output) + place, sum);
                    sum += x;
                } else {
                    sum += x;
                    put(r, mite_ref(model, r->output) + place, sum);
                }
            }
        }
    }
}
