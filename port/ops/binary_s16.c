#include "../kernels/quant.h"
#include "elements.h"
#include "ops.h"

static uint32_t output_bytes(const mite_binary_s16_t *r) {
    return r->flags >= MITE_BINARY_S16_EQUAL ? 1 : 2;
}

int mite_check_binary_s16(const mite_check_t *check, const void *record) {
    const mite_binary_s16_t *r = record;
    return mite_check_value(check, r->flags < MITE_BINARY_S16_COUNT && r->left_shift < 16, r->flags, r->left_shift)
        && mite_check_shift(check, r->a_shift) && mite_check_shift(check, r->b_shift) && mite_check_shift(check, r->output_shift)
        && mite_check_value(check, r->act_min <= r->act_max, (uint32_t)r->act_min, (uint32_t)r->act_max)
        && check_operands(check, &r->a, r->dims, 4, 2, output_bytes(r));
}

static int32_t combine(const mite_binary_s16_t *r, int32_t a, int32_t b) {
    int32_t result = 0;
    if (r->flags == MITE_BINARY_S16_MAXIMUM) {
        return mite_quant_max(a, b);
    }
    if (r->flags == MITE_BINARY_S16_MINIMUM) {
        return mite_quant_min(a, b);
    }
    a -= r->a_zero_point;
    b -= r->b_zero_point;
    if (r->flags == MITE_BINARY_S16_MUL) {
        result = mite_quant_scale(a * b, r->output_multiplier, r->output_shift);
        return mite_quant_clamp(result + r->output_zero_point, r->act_min, r->act_max);
    }
    // The rest brings both inputs to one scale first.
    a = mite_quant_scale(a * (1 << r->left_shift), r->a_multiplier, r->a_shift);
    b = mite_quant_scale(b * (1 << r->left_shift), r->b_multiplier, r->b_shift);
    if (r->flags >= MITE_BINARY_S16_EQUAL) {
        return element_compare(r->flags - MITE_BINARY_S16_EQUAL, a < b, a == b, 1);
    }
    switch (r->flags) {
        case MITE_BINARY_S16_ADD:
            result = a + b;
            break;
        case MITE_BINARY_S16_SUB:
            result = a - b;
            break;
        default:
            result = (a - b) * (a - b);
    }
    result = mite_quant_scale(result, r->output_multiplier, r->output_shift);
    return mite_quant_clamp(result + r->output_zero_point, r->act_min, r->act_max);
}

void mite_run_binary_s16(const mite_model_t *model, const void *record) {
    const mite_binary_s16_t *r = record;
    uint8_t *out = mite_ref(model, r->output);
    uint32_t size = output_bytes(r);
    elements_row_t row = {0, 0, 0};
    do {
        const uint8_t *a = mite_ref(model, r->a) + element_row(&row, r->a_strides), *b = mite_ref(model, r->b) + element_row(&row, r->b_strides);
        for (uint32_t n = r->dims[3]; n; n--, a += r->a_strides[3], b += r->b_strides[3], out += size) {
            int32_t value = combine(r, *(const int16_t *)(const void *)a, *(const int16_t *)(const void *)b);
            if (size == 1) {
                *out = (uint8_t)value;
            } else {
                *(int16_t *)(void *)out = (int16_t)value;
            }
        }
    } while (element_next_row(&row, r->dims));
}
