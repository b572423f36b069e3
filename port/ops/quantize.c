#include "../kernels/quant.h"
#include "ops.h"

enum { TO_INT8, TO_UINT8, TO_INT16 };

int mite_check_quantize(const mite_check_t *check, const void *record) {
    const mite_quantize_t *r = record;
    uint32_t size = r->flags == TO_INT16 ? 2 : 1;
    return mite_check_value(check, r->scale > 0 && r->flags <= TO_INT16, r->count, r->flags)
        && mite_check_value(check, r->zero_point >= INT16_MIN && r->zero_point <= INT16_MAX, (uint32_t)r->zero_point, 0)
        && mite_check_items(check, r->input, r->count, 4, MITE_READ)
        && mite_check_items(check, r->output, r->count, size, MITE_WRITE);
}

// Half away from zero. From +-2^17 on everything clamps. Without a floating-point unit from the number's bits: else it would take long.
static inline int32_t nearest(float value) {
    const union {
        float number;
        uint32_t bits;
    } same = {value}; // (memcpy would be a call where builtins are off)
    uint32_t bits = same.bits;
    int32_t exponent = (int32_t)(bits >> 23 & 0xff), negative = (int32_t)bits >> 31;
    int32_t whole = 0;
    if (exponent >= 127 + 17) {
        int not_a_number = (bits & 0x7fffffff) > 0x7f800000;
        return negative || not_a_number ? -(1 << 17) : 1 << 17;
    }
    // (Of Armv7E-M, a Cortex-M7 alone has double numbers.)
#if defined(__ARM_FEATURE_MVE) || (defined(__ARM_ARCH_8M_MAIN__) && defined(__ARM_FP)) || (defined(__ARM_ARCH_7EM__) && (__ARM_FP & 8))
    __asm("vcvta.s32.f32 %0, %1" : "=t"(value) : "t"(value)); // does it by itself
    const union {
        float number;
        int32_t whole;
    } rounded = {value};
    return rounded.whole;
#elif defined(__ARM_FP) || defined(__SSE2__)
    float behind; // the point: exact, as `whole` leaves it no more bits than `value` has
    whole = (int32_t)value;
    behind = value - (float)whole;
    return whole + (int32_t)(behind + behind);
#endif
    if (exponent >= 127 - 1) {
        int32_t places = 127 + 23 - exponent; // behind the point, of 24
        whole = (int32_t)((bits & 0x7fffff) + 0x800000 + (1u << (places - 1))) >> places;
    }
    return (whole ^ negative) - negative;
}

void mite_run_quantize(const mite_model_t *model, const void *record) {
    const mite_quantize_t *r = record;
    const float *in = (const float *)mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    int32_t low = r->flags == TO_INT8 ? INT8_MIN : r->flags == TO_UINT8 ? 0 : INT16_MIN;
    int32_t high = r->flags == TO_INT8 ? INT8_MAX : r->flags == TO_UINT8 ? UINT8_MAX : INT16_MAX;
    int32_t zero_point = r->zero_point;
    float scale = r->scale;
#if !defined(__OPTIMIZE_SIZE__)
    if (r->flags == TO_INT8) {
        for (const float *end = in + r->count; in != end;) {
            *out++ = (uint8_t)mite_quant_saturate(nearest(*in++ / scale) + zero_point);
        }
        return;
    }
#endif
    for (uint32_t i = 0; i < r->count; i++) {
        int32_t value = mite_quant_clamp(nearest(in[i] / scale) + zero_point, low, high);
        if (r->flags == TO_INT16) {
            ((int16_t *)(void *)out)[i] = (int16_t)value;
        } else {
            out[i] = (uint8_t)value;
        }
    }
}
