#include "../kernels/fixed.h"
#include "ops.h"

enum { SUM_BITS = 12, INPUT_BITS = 5, OUTPUT_BITS = 4 }; // integer bits

int mite_check_log_softmax(const mite_check_t *check, const void *record) {
    const mite_log_softmax_t *r = record;
    uint32_t count = mite_check_product(r->rows, r->depth);
    return mite_check_value(check, r->rows && r->depth && r->depth < (1 << SUM_BITS), r->rows, r->depth)
        && mite_check_value(check, r->left_shift >= 0 && r->diff_min <= 0, (uint32_t)r->left_shift, (uint32_t)r->diff_min)
        && mite_check_shift(check, r->left_shift) && mite_check_shift(check, r->reverse_shift)
        && mite_check_range(check, r->input, count, 1, MITE_READ) && mite_check_range(check, r->output, count, 1, MITE_WRITE);
}

static int32_t leading_zeros(uint32_t value) {
    int32_t count = 32;
    for (; value; value >>= 1) {
        count--;
    }
    return count;
}

static int32_t saturated(int64_t value) {
    return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

// log(x) for x >= 1 with SUM_BITS integer bits; the result has INPUT_BITS. x = 2^n * r with r around sqrt(sqrt(1/2)), where a rational
// function gives the logarithm; of two ways to choose n the one whose r is nearer.
static int32_t logarithm(int32_t x) {
    const int32_t accumulator_bits = INPUT_BITS + 1;
    const int32_t log_2 = 1488522236, fourth_root = 1805811301, root = 1518500250, quarter = (1 << 29) >> accumulator_bits;
    const int32_t alpha_n = 117049297, alpha_d = 127690142, alpha_i = 1057819769, alpha_f = 638450708;
    int32_t zeros_a = leading_zeros((uint32_t)x);
    int32_t r_a = mite_fixed_scale(mite_quant_high_mul(mite_fixed_scale(x, zeros_a - 1), root), 1);
    int32_t power_a = saturated((int64_t)mite_fixed_scale(SUM_BITS - zeros_a, 31 - accumulator_bits) + quarter);
    int32_t zeros_b = leading_zeros((uint32_t)mite_quant_high_mul(x, root)) - 1;
    int32_t r_b = mite_fixed_scale(x, zeros_b);
    int32_t power_b = saturated((int64_t)mite_fixed_scale(SUM_BITS - zeros_b, 31 - accumulator_bits) - quarter);
    int32_t r = mite_quant_min(r_a, r_b), power = mite_quant_max(power_a, power_b);
    int64_t sum = (int64_t)r + fourth_root;
    int32_t p = (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
    int32_t q = 2 * (r - fourth_root), square = mite_quant_high_mul(q, q);
    int32_t above = mite_quant_high_mul(q, r) + mite_quant_high_mul(mite_quant_high_mul(q, square), alpha_n);
    int32_t below = mite_quant_high_mul(p, alpha_i + q + mite_quant_high_mul(alpha_d, square)) + mite_quant_high_mul(alpha_f, q);
    int32_t fraction = mite_quant_high_mul(mite_fixed_scale(above, -accumulator_bits), mite_fixed_one_over_one_plus(below));
    return mite_fixed_scale(mite_quant_high_mul(power, log_2) + fraction, accumulator_bits - INPUT_BITS);
}

void mite_run_log_softmax(const mite_model_t *model, const void *record) {
    const mite_log_softmax_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth, out += r->depth) {
        int32_t max = INT8_MIN, sum = 0;
        for (uint32_t i = 0; i < r->depth; i++) {
            max = mite_quant_max(max, in[i]);
        }
        for (uint32_t i = 0; i < r->depth; i++) {
            if (in[i] - max >= r->diff_min) {
                int32_t x = mite_quant_scale(in[i] - max, r->multiplier, r->left_shift);
                sum += mite_quant_shift_down(mite_fixed_exp(x), SUM_BITS);
            }
        }
        int32_t log = logarithm(sum);
        // What is smaller than the output can say.
        int32_t least = mite_quant_scale(log + INT32_MIN, r->reverse_multiplier, r->reverse_shift);
        least = mite_quant_max(r->diff_min - 1, least);
        for (uint32_t i = 0; i < r->depth; i++) {
            int32_t value = INT8_MIN;
            if (in[i] - max > least) {
                int32_t x = mite_quant_scale(in[i] - max, r->multiplier, r->left_shift);
                value = mite_quant_shift_down(x - log, 31 - INPUT_BITS - OUTPUT_BITS) + INT8_MAX;
            }
            out[i] = (int8_t)mite_quant_clamp(value, INT8_MIN, INT8_MAX);
        }
    }
}
