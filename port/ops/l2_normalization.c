#include "../kernels/fixed.h"
#include "ops.h"

enum {
    MOST = INT32_MAX / (255 * 255), // so that the sum of squares fits
    SCALE = 7,                      // bits: outputs are in units of 1/128
    SCALE_FIRST = 1,                // flag
};

int mite_check_l2_normalization(const mite_check_t *check, const void *record) {
    const mite_l2_normalization_t *r = record;
    uint32_t count = mite_check_product(r->rows, r->depth);
    return mite_check_value(check, r->rows && r->depth && r->depth <= MOST, r->rows, r->depth)
        && mite_check_value(check, r->zero_point >= INT8_MIN && r->zero_point <= INT8_MAX, (uint32_t)r->zero_point, 0)
        && mite_check_range(check, r->input, count, 1, MITE_READ) && mite_check_range(check, r->output, count, 1, MITE_WRITE);
}

// 1 / sqrt(value) = multiplier * 2^(shift - 31), by five Newton steps with 3 integer bits: x = x * (3 - value * x^2) / 2
static int32_t inverse_root(int32_t value, int32_t *shift) {
    *shift = 0;
    if (value <= 1) {
        return INT32_MAX;
    }
    int32_t down = 11;
    for (; value >= 1 << 29; value /= 4) {
        down++;
    }
    for (; value < 1 << 27; value *= 4) {
        down--;
    }
    int32_t half = mite_quant_shift_down(value >> 1, 1), three_halves = (1 << 28) + (1 << 27), x = 1 << 28;
    for (int i = 0; i < 5; i++) {
        int32_t cube = mite_fixed_scale(mite_quant_high_mul(mite_quant_high_mul(x, x), x), 6);
        x = mite_fixed_scale(mite_quant_high_mul(three_halves, x) - mite_quant_high_mul(half, cube), 3);
    }
    x = mite_quant_high_mul(x, 1518500250); // sqrt(1/2)
    if (down < 0) {
        return (int32_t)((uint32_t)x << -down);
    }
    *shift = -down;
    return x;
}

void mite_run_l2_normalization(const mite_model_t *model, const void *record) {
    const mite_l2_normalization_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    int32_t before = r->flags & SCALE_FIRST ? SCALE : 0, after = SCALE - before;
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth, out += r->depth) {
        int32_t sum = 0, shift;
        for (uint32_t i = 0; i < r->depth; i++) {
            int32_t x = in[i] - r->zero_point;
            sum += x * x;
        }
        int32_t multiplier = inverse_root(sum, &shift);
        for (uint32_t i = 0; i < r->depth; i++) {
            int32_t x = mite_quant_scale((in[i] - r->zero_point) * (1 << before), multiplier, shift + after);
            out[i] = (int8_t)mite_quant_clamp(x, INT8_MIN, INT8_MAX);
        }
    }
}
