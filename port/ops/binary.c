#include "../kernels/fixed.h"
#include "elements.h"
#include "ops.h"

int mite_check_binary(const mite_check_t *check, const void *record) {
    const mite_binary_t *r = record;
    return mite_check_value(check, r->flags < MITE_BINARY_COUNT && r->left_shift < 23, r->flags, r->left_shift)
        && mite_check_shift(check, r->a_shift) && mite_check_shift(check, r->b_shift) && mite_check_shift(check, r->output_shift)
        && mite_check_value(check, r->act_min >= INT8_MIN && r->act_max <= INT8_MAX && r->act_min <= r->act_max,
                            (uint32_t)r->act_min, (uint32_t)r->act_max)
        && check_operands(check, &r->a, r->dims, 4, 1, 1);
}

static int32_t leading_zeros(uint32_t value) {
    int32_t count = 32;
    for (; value; value >>= 1) {
        count--;
    }
    return count;
}

// value / 2^exponent, also for exponents that are not 0 to 31. C leaves open what the reference's shift does there; this is what it does on the machines
// that its answers come from: the exponent counts modulo 32, and the mask of what is rounded has all bits.
static int32_t shift_far_down(int32_t value, int32_t exponent) {
    return exponent >= 0 && exponent < 32 ? mite_quant_shift_down(value, exponent) : (value >> (exponent & 31)) + (value > (value < 0) - 1);
}

// a / b by the reciprocal of b. Nothing can be divided by 0: that counts as the smallest step.
static int32_t quotient(const mite_binary_t *r, int32_t a, int32_t b) {
    if (b < 0) {
        a = -a;
        b = -b;
    }
    b = mite_quant_max(b, 1);
    int32_t zeros = leading_zeros((uint32_t)b);
    int32_t inverse = mite_fixed_one_over_one_plus((int32_t)(((uint32_t)b << zeros) - 0x80000000u));
    int32_t headroom = a >= 0 ? leading_zeros((uint32_t)a) - 1 : leading_zeros(2 * (uint32_t)-a - 1);
    int32_t whole = mite_quant_high_mul((int32_t)((uint32_t)a << headroom), inverse);
    int32_t shift = r->output_shift - (31 - zeros) - headroom;
    whole = mite_quant_high_mul(whole, r->output_multiplier);
    return shift_far_down(whole, -shift);
}

static int32_t combine(const mite_binary_t *r, int32_t a, int32_t b) {
    int32_t result = 0;
    switch (r->flags) {
        case MITE_BINARY_MAXIMUM:
            return mite_quant_max(a, b);
        case MITE_BINARY_MINIMUM:
            return mite_quant_min(a, b);
        case MITE_BINARY_MUL:
            result = mite_quant_scale((a - r->a_zero_point) * (b - r->b_zero_point), r->output_multiplier, r->output_shift);
            break;
        case MITE_BINARY_DIV:
            result = quotient(r, a - r->a_zero_point, b - r->b_zero_point);
            break;
        case MITE_BINARY_PRELU:
            a -= r->a_zero_point;
            result = a >= 0 ? mite_quant_scale(a, r->a_multiplier, r->a_shift)
                            : mite_quant_scale(a * (b - r->b_zero_point), r->b_multiplier, r->b_shift);
            break;
        default:
            // The rest brings both inputs to one scale first.
            a = mite_quant_scale((a - r->a_zero_point) * (1 << r->left_shift), r->a_multiplier, r->a_shift);
            b = mite_quant_scale((b - r->b_zero_point) * (1 << r->left_shift), r->b_multiplier, r->b_shift);
            if (r->flags >= MITE_BINARY_EQUAL && r->flags <= MITE_BINARY_GREATER_EQUAL) {
                return element_compare(r->flags - MITE_BINARY_EQUAL, a < b, a == b, 1);
            }
            result = r->flags == MITE_BINARY_ADD ? a + b : a - b;
            if (r->flags == MITE_BINARY_SQUARED_DIFFERENCE) {
                result *= result;
            }
            result = mite_quant_scale(result, r->output_multiplier, r->output_shift);
    }
    return mite_quant_clamp(result + r->output_zero_point, r->act_min, r->act_max);
}

void mite_run_binary(const mite_model_t *model, const void *record) {
    const mite_binary_t *r = record;
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    elements_row_t row = {0, 0, 0};
    do {
        const int8_t *a = (const int8_t *)mite_ref(model, r->a) + element_row(&row, r->a_strides);
        const int8_t *b = (const int8_t *)mite_ref(model, r->b) + element_row(&row, r->b_strides);
        for (uint32_t n = r->dims[3]; n; n--, a += r->a_strides[3], b += r->b_strides[3]) {
            *out++ = (int8_t)combine(r, *a, *b);
        }
    } while (element_next_row(&row, r->dims));
}
