#include "../core/number.h"
#include "elements.h"
#include "ops.h"

int mite_check_integer_reduce(const mite_check_t *check, const void *record) {
    const mite_integer_reduce_t *r = record;
    return mite_check_value(check, r->flags < MITE_INTEGER_REDUCE_COUNT, r->flags, MITE_INTEGER_REDUCE_COUNT)
        && mite_check_value(check, mite_number_is_whole(r->dtype) && mite_number_is_whole(r->output_dtype), r->dtype, r->output_dtype)
        && check_reduction(check, &r->input, r->kept, mite_number_size(r->dtype), mite_number_size(r->output_dtype));
}

// sum / count, rounded towards zero: 32 bits of count at the most, so the rest of each step fits 64.
static int64_t mean(int64_t sum, uint32_t count) {
    uint64_t digits = sum < 0 ? -(uint64_t)sum : (uint64_t)sum, rest = 0, result = 0;
    for (int i = 0; i < 64; i++) {
        rest = rest << 1 | digits >> 63;
        digits <<= 1;
        result <<= 1;
        if (rest >= count) {
            rest -= count;
            result |= 1;
        }
    }
    return (int64_t)(sum < 0 ? -result : result);
}

static int64_t reduced(const mite_integer_reduce_t *r, const uint8_t *in) {
    int64_t sum = 0, product = 1, best = mite_number_load(in, r->dtype);
    uint32_t best_index = 0, index = 0;
    int least = r->flags == MITE_INTEGER_REDUCE_MIN || r->flags == MITE_INTEGER_REDUCE_ARG_MIN;
    for (uint32_t i = 0; i < r->reduced[0]; i++) {
        for (uint32_t j = 0; j < r->reduced[1]; j++) {
            const uint8_t *at = in + i * r->reduced_strides[0] + j * r->reduced_strides[1];
            for (uint32_t k = r->reduced[2]; k; k--, at += r->reduced_strides[2], index++) {
                int64_t x = mite_number_load(at, r->dtype);
                sum += x;
                product *= x;
                if (least ? x < best : x > best) {
                    best = x;
                    best_index = index;
                }
            }
        }
    }
    switch (r->flags) {
        case MITE_INTEGER_REDUCE_SUM:
            return sum;
        case MITE_INTEGER_REDUCE_PROD:
            return product;
        case MITE_INTEGER_REDUCE_MEAN:
            return mean(sum, index);
        case MITE_INTEGER_REDUCE_MAX:
        case MITE_INTEGER_REDUCE_MIN:
            return best;
        default:
            return best_index;
    }
}

void mite_run_integer_reduce(const mite_model_t *model, const void *record) {
    const mite_integer_reduce_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    uint32_t step = mite_number_size(r->output_dtype);
    for (uint32_t i = 0; i < r->kept[0]; i++) {
        for (uint32_t j = 0; j < r->kept[1]; j++) {
            const uint8_t *at = in + i * r->kept_strides[0] + j * r->kept_strides[1];
            for (uint32_t k = r->kept[2]; k; k--, at += r->kept_strides[2], out += step) {
                mite_number_store(out, r->output_dtype, reduced(r, at));
            }
        }
    }
}
