#include "../kernels/real.h"
#include "ops.h"

int mite_check_unary_f32(const mite_check_t *check, const void *record) {
    const mite_unary_f32_t *r = record;
    uint32_t bytes = mite_check_product(r->count, 4);
    return mite_check_value(check, r->flags < MITE_UNARY_F32_COUNT, r->flags, MITE_UNARY_F32_COUNT)
        && mite_check_range(check, r->input, bytes, 4, MITE_READ) && mite_check_range(check, r->output, bytes, 4, MITE_WRITE);
}

static float answer(const mite_unary_f32_t *r, float x) {
    const float root_half = 0.707106769f, root_two_over_pi = 0.797884583f;
    switch (r->flags) {
        case MITE_UNARY_F32_LEAKY_RELU:
            return x > 0 ? x : x * r->low;
        case MITE_UNARY_F32_ABS:
            return mite_real_abs(x);
        case MITE_UNARY_F32_NEG:
            return -x;
        case MITE_UNARY_F32_SQUARE:
            return x * x;
        case MITE_UNARY_F32_SIGN:
            return x > 0 ? 1.0f : x < 0 ? -1.0f : x;
        case MITE_UNARY_F32_FLOOR:
            return mite_real_floor(x);
        case MITE_UNARY_F32_CEIL:
            return -mite_real_floor(-x);
        case MITE_UNARY_F32_ROUND:
            return mite_real_round(x);
        case MITE_UNARY_F32_SQRT:
            return mite_real_sqrt(x);
        case MITE_UNARY_F32_RSQRT:
            return 1.0f / mite_real_sqrt(x);
        case MITE_UNARY_F32_EXP:
            return mite_real_exp(x);
        case MITE_UNARY_F32_LOG:
            return mite_real_log(x);
        case MITE_UNARY_F32_SIN:
            return mite_real_sin(x);
        case MITE_UNARY_F32_COS:
            return mite_real_cos(x);
        case MITE_UNARY_F32_TANH:
            return mite_real_tanh(x);
        case MITE_UNARY_F32_LOGISTIC:
            return mite_real_logistic(x);
        case MITE_UNARY_F32_ELU:
            return x < 0 ? mite_real_exp_less_1(x) : x;
        case MITE_UNARY_F32_HARD_SWISH:
            return x * mite_real_clamp(x + 3.0f, 0, 6.0f) / 6.0f;
        case MITE_UNARY_F32_GELU:
            return 0.5f * x * mite_real_erfc(x * -root_half);
        case MITE_UNARY_F32_GELU_TANH:
            return 0.5f * x * (1.0f + mite_real_tanh(root_two_over_pi * (x + 0.044715f * x * x * x)));
        default: // CLAMP
            return mite_real_clamp(x, r->low, r->high);
    }
}

void mite_run_unary_f32(const mite_model_t *model, const void *record) {
    const mite_unary_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input);
    float *out = (float *)(void *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->count; i++) {
        out[i] = answer(r, in[i]);
    }
}
