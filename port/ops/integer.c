#include "../core/number.h"
#include "elements.h"
#include "ops.h"

static int is_comparison(uint32_t function) {
    return function >= MITE_INTEGER_EQUAL;
}

int mite_check_integer(const mite_check_t *check, const void *record) {
    const mite_integer_t *r = record;
    uint32_t size = mite_number_size(r->dtype);
    return mite_check_value(check, r->flags < MITE_INTEGER_COUNT && mite_number_is_whole(r->dtype), r->flags, r->dtype)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && check_operands(check, &r->a, r->dims, 4, size, is_comparison(r->flags) ? 1 : size);
}

// a / b rounded towards zero; 0 where b is. By hand beyond 32 bits: native modules have no division of 64.
static int64_t quotient(int64_t a, int64_t b) {
    uint64_t rest = a < 0 ? -(uint64_t)a : (uint64_t)a, divisor = b < 0 ? -(uint64_t)b : (uint64_t)b, result = 0;
    if (!divisor) {
        return 0;
    }
    if (!((rest | divisor) >> 32)) {
        result = (uint32_t)rest / (uint32_t)divisor;
    } else {
        uint64_t digits = rest;
        rest = 0;
        for (int i = 0; i < 64; i++) {
            rest = rest << 1 | digits >> 63;
            digits <<= 1;
            result <<= 1;
            if (rest >= divisor) {
                rest -= divisor;
                result |= 1;
            }
        }
    }
    return (int64_t)((a < 0) != (b < 0) ? -result : result);
}

// base to the power, or the smallest int32 where it leaves int32, which is what the reference's conversion from a double gives.
static int64_t power(int64_t base, int64_t exponent) {
    int64_t result = 1;
    // Beyond 32 steps only bases of -1, 0 and 1 stay inside, which repeat after two.
    for (exponent = exponent > 64 ? 64 + (exponent & 1) : exponent; exponent > 0; exponent--) {
        result *= base;
        if (result < INT32_MIN || result > INT32_MAX) {
            return INT32_MIN;
        }
    }
    return result;
}

static int64_t combine(uint32_t function, uint32_t bits, int64_t a, int64_t b) {
    switch (function) {
        case MITE_INTEGER_ADD:
            return a + b;
        case MITE_INTEGER_SUB:
            return a - b;
        case MITE_INTEGER_MUL:
            return a * b;
        case MITE_INTEGER_DIV:
            return quotient(a, b);
        case MITE_INTEGER_FLOOR_DIV: {
            int64_t whole = quotient(a, b);
            return whole - (whole * b != a && b && (a < 0) != (b < 0));
        }
        case MITE_INTEGER_FLOOR_MOD: {
            int64_t rest = b ? a - quotient(a, b) * b : 0;
            return rest && (rest < 0) != (b < 0) ? rest + b : rest;
        }
        case MITE_INTEGER_SQUARED_DIFFERENCE:
            return (a - b) * (a - b);
        case MITE_INTEGER_MAXIMUM:
            return a > b ? a : b;
        case MITE_INTEGER_MINIMUM:
            return a < b ? a : b;
        case MITE_INTEGER_POW:
            return power(a, b);
        case MITE_INTEGER_POW_WRAPPING: {
            int64_t result = 1;
            for (; b > 0; b >>= 1, a *= a) {
                result *= b & 1 ? a : 1;
            }
            return result;
        }
        case MITE_INTEGER_ABS:
            return a < 0 ? -a : a;
        case MITE_INTEGER_SIGN:
            return (a > 0) - (a < 0);
        case MITE_INTEGER_BITWISE_XOR:
            return a ^ b;
        case MITE_INTEGER_RIGHT_SHIFT:
            return a >> (b < 0 ? 0 : b < bits ? (uint32_t)b : bits - 1);
        default:
            return element_compare(function - MITE_INTEGER_EQUAL, a < b, a == b, 1);
    }
}

void mite_run_integer(const mite_model_t *model, const void *record) {
    const mite_integer_t *r = record;
    uint32_t size = mite_number_size(r->dtype), bits = 8 * size;
    uint32_t to = is_comparison(r->flags) ? MITE_DTYPE_BOOL : r->dtype, step = mite_number_size(to);
    uint8_t *out = mite_ref(model, r->output);
    elements_row_t row = {0, 0, 0};
    do {
        const uint8_t *a = mite_ref(model, r->a) + element_row(&row, r->a_strides);
        const uint8_t *b = mite_ref(model, r->b) + element_row(&row, r->b_strides);
        for (uint32_t n = r->dims[3]; n; n--, a += r->a_strides[3], b += r->b_strides[3], out += step) {
            int64_t result = combine(r->flags, bits, mite_number_load(a, r->dtype), mite_number_load(b, r->dtype));
            if (r->act_min != INT32_MIN || r->act_max != INT32_MAX) {
                // Only what fits the type is compared.
                mite_number_store(out, to, result);
                result = mite_number_load(out, to);
                result = result < r->act_min && r->act_min != INT32_MIN ? r->act_min : result;
                result = result > r->act_max && r->act_max != INT32_MAX ? r->act_max : result;
            }
            mite_number_store(out, to, result);
        }
    } while (element_next_row(&row, r->dims));
}
