#include "../core/number.h"
#include "elements.h"
#include "ops.h"

int mite_check_cast(const mite_check_t *check, const void *record) {
    const mite_cast_t *r = record;
    uint32_t size = mite_number_size(r->dtype), output_size = mite_number_size(r->output_dtype);
    return mite_check_value(check, size && output_size && r->count, r->dtype, r->output_dtype)
        && mite_check_items(check, r->input, r->count, size, MITE_READ)
        && mite_check_items(check, r->output, r->count, output_size, MITE_WRITE);
}

// The whole number in the bits of a float32, rounded towards zero, not beyond low and high; 0 for what is no number.
static int64_t whole(uint32_t bits, int64_t low, int64_t high) {
    int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 150;
    uint32_t significand = (bits & 0x7fffff) | 0x800000;
    if ((bits & 0x7fffffff) > 0x7f800000) {
        return 0;
    }
    if (exponent < -23) {
        return 0;
    }
    uint64_t size = exponent > 40 ? UINT64_MAX : exponent < 0 ? significand >> -exponent : (uint64_t)significand << exponent;
    if (bits >> 31) {
        return size > -(uint64_t)low ? low : (int64_t)-size;
    }
    return size > (uint64_t)high ? high : (int64_t)size;
}

// The bits of the float32 nearest to a whole number, ties to even.
static uint32_t real(int64_t value) {
    uint32_t sign = value < 0 ? 1u << 31 : 0;
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (!size) {
        return 0;
    }
    uint32_t exponent = 127 + 63;
    while (!(size >> 63)) {
        size <<= 1;
        exponent--;
    }
    uint32_t result = (uint32_t)(exponent << 23) + ((uint32_t)(size >> 40) & 0x7fffff);
    uint64_t below = size & (((uint64_t)1 << 40) - 1), half = (uint64_t)1 << 39;
    result += below > half || (below == half && (result & 1)); // may carry into the exponent, as it should
    return sign | result;
}

// The smallest and the largest number of a type of integers.
static void limits(uint32_t dtype, int64_t *low, int64_t *high) {
    uint32_t bits = 8 * mite_number_size(dtype);
    int has_sign = dtype != MITE_DTYPE_UINT8 && dtype != MITE_DTYPE_UINT16 && dtype != MITE_DTYPE_UINT32;
    *high = (int64_t)(UINT64_MAX >> (64 - bits + (uint32_t)has_sign));
    *low = has_sign ? -*high - 1 : 0;
}

void mite_run_cast(const mite_model_t *model, const void *record) {
    const mite_cast_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    uint32_t from = r->dtype, to = r->output_dtype;
    uint32_t step = mite_number_size(from), output_step = mite_number_size(to);
    int64_t low, high;
    limits(to, &low, &high);
    for (uint32_t n = r->count; n; n--, in += step, out += output_step) {
        if (from != MITE_DTYPE_FLOAT32) {
            int64_t value = mite_number_load(in, from);
            if (to == MITE_DTYPE_FLOAT32) {
                mite_number_store(out, MITE_DTYPE_UINT32, real(value));
            } else {
                mite_number_store(out, to, value);
            }
            continue;
        }
        uint32_t bits = (uint32_t)mite_number_load(in, MITE_DTYPE_UINT32);
        if (to == MITE_DTYPE_FLOAT32) {
            mite_number_store(out, MITE_DTYPE_UINT32, bits);
        } else if (to == MITE_DTYPE_BOOL) {
            mite_number_store(out, to, (bits & 0x7fffffff) != 0);
        } else {
            mite_number_store(out, to, whole(bits, low, high));
        }
    }
}
