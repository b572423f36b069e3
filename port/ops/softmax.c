#include "../kernels/fixed.h"
#include "ops.h"

enum { SUM_BITS = 12 }; // integer bits of the sum of exponentials
enum { KEPT = 16 };     // so many exponentials are kept from the sum to the shares, if code need not be small; more are computed twice

int mite_check_softmax(const mite_check_t *check, const void *record) {
    const mite_softmax_t *r = record;
    uint32_t count = mite_check_product(r->rows, r->depth);
    // More than 2^12 values could overflow the sum; a diff_min above 0 would leave out even the largest, and the sum empty.
    return mite_check_value(check, r->depth && r->depth < (1 << SUM_BITS) && r->left_shift <= 30, r->depth, r->left_shift)
        && mite_check_value(check, r->diff_min <= 0, (uint32_t)r->diff_min, 0)
        && mite_check_range(check, r->input, count, 1, MITE_READ) && mite_check_range(check, r->output, count, 1, MITE_WRITE);
}

// exp((x - max) * scale), or 0 where that is too small to count.
static int32_t exponential(const mite_softmax_t *r, int32_t difference) {
    if (difference < r->diff_min) {
        return 0;
    }
    return mite_fixed_exp(mite_quant_high_mul((int32_t)((uint32_t)difference << r->left_shift), r->multiplier));
}

// value: not 0
static int32_t leading_zeros(uint32_t value) {
#if defined(__ARM_FEATURE_CLZ)
    return __builtin_clz(value);
#endif
    int32_t count = 32;
    for (; value; value >>= 1) {
        count--;
    }
    return count;
}

void mite_run_softmax(const mite_model_t *model, const void *record) {
    const mite_softmax_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
#if !defined(__OPTIMIZE_SIZE__)
    int32_t kept[KEPT];
#endif
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth, out += r->depth) {
        int32_t max = INT8_MIN, sum = 0;
        for (uint32_t i = 0; i < r->depth; i++) {
            max = mite_quant_max(max, in[i]);
        }
        for (uint32_t i = 0; i < r->depth; i++) {
            int32_t one = exponential(r, in[i] - max);
            sum += mite_quant_shift_down(one, SUM_BITS);
#if !defined(__OPTIMIZE_SIZE__)
            if (i < KEPT) {
                kept[i] = one;
            }
#endif
        }
        // 1 / sum = 1 / (1 + fraction) / 2^over, where sum has its highest bit at 2^over
        int32_t zeros = leading_zeros((uint32_t)sum);
        int32_t scale = mite_fixed_one_over_one_plus((int32_t)(((uint32_t)sum << zeros) - 0x80000000u));
        // A sum this large leaves every share below one step; the reference stops there.
        int32_t exponent = mite_quant_min(SUM_BITS - zeros + 31 - 8, 31);
        for (uint32_t i = 0; i < r->depth; i++) {
#if defined(__OPTIMIZE_SIZE__)
            int32_t one = exponential(r, in[i] - max);
#else
            int32_t one = i < KEPT ? kept[i] : exponential(r, in[i] - max);
#endif
            int32_t share = mite_quant_shift_down(mite_fixed_mul(scale, one), exponent);
            out[i] = (int8_t)mite_quant_min(share + INT8_MIN, INT8_MAX);
        }
    }
}
