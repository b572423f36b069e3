#include "../kernels/real.h"
#include "elements.h"
#include "ops.h"

int mite_check_binary_f32(const mite_check_t *check, const void *record) {
    const mite_binary_f32_t *r = record;
    return mite_check_value(check, r->flags < MITE_BINARY_F32_COUNT, r->flags, MITE_BINARY_F32_COUNT)
        && check_operands(check, &r->a, r->dims, 4, 4, r->flags < MITE_BINARY_F32_EQUAL ? 4 : 1);
}

// The quotient rounded down. One that is nearly a whole number must not be rounded to that first.
static float floor_quotient(float a, float b) {
    float quotient = a / b;
    if (!(mite_real_abs(quotient) < 1e9f) || mite_real_abs(b) > 3.40282347e38f) {
        return quotient; // whole as it is, or 0
    }
    uint32_t whole;
    float rest = mite_real_divide(a, b, &whole);
    return (a < 0) == (b < 0) ? (float)whole : -(float)(whole + (rest != 0));
}

// The rest of that division, with the sign of b.
static float floor_rest(float a, float b) {
    uint32_t whole;
    float rest = mite_real_divide(a, b, &whole);
    return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

static float combined(uint32_t function, float a, float b) {
    switch (function) {
        case MITE_BINARY_F32_ADD:
            return a + b;
        case MITE_BINARY_F32_SUB:
            return a - b;
        case MITE_BINARY_F32_MUL:
            return a * b;
        case MITE_BINARY_F32_DIV:
            return a / b;
        case MITE_BINARY_F32_MAXIMUM:
            return a > b ? a : b;
        case MITE_BINARY_F32_MINIMUM:
            return a < b ? a : b;
        case MITE_BINARY_F32_SQUARED_DIFFERENCE:
            return (a - b) * (a - b);
        case MITE_BINARY_F32_FLOOR_DIV:
            return floor_quotient(a, b);
        case MITE_BINARY_F32_FLOOR_MOD:
            return floor_rest(a, b);
        case MITE_BINARY_F32_POW:
            return mite_real_pow(a, b);
        default: // PRELU
            return a >= 0 ? a : a * b;
    }
}

void mite_run_binary_f32(const mite_model_t *model, const void *record) {
    const mite_binary_f32_t *r = record;
    uint8_t *out = mite_ref(model, r->output);
    elements_row_t row = {0, 0, 0};
    do {
        const uint8_t *a = mite_ref(model, r->a) + element_row(&row, r->a_strides), *b = mite_ref(model, r->b) + element_row(&row, r->b_strides);
        for (uint32_t n = r->dims[3]; n; n--, a += r->a_strides[3], b += r->b_strides[3]) {
            float x = *(const float *)(const void *)a, y = *(const float *)(const void *)b;
            if (r->flags >= MITE_BINARY_F32_EQUAL) {
                *out++ = element_compare(r->flags - MITE_BINARY_F32_EQUAL, x < y, x == y, x > y);
            } else {
                *(float *)(void *)out = mite_real_clamp(combined(r->flags, x, y), r->act_min, r->act_max);
                out += 4;
            }
        }
    } while (element_next_row(&row, r->dims));
}
