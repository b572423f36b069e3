#include <string.h>

#include "../kernels/quant.h"
#include "ops.h"

enum { TO_INT8, TO_UINT8, TO_INT16 };

int mite_check_quantize(const mite_check_t *check, const void *record) {
    const mite_quantize_t *r = record;
    uint32_t size = r->flags == TO_INT16 ? 2 : 1;
    return mite_check_value(check, r->scale > 0 && r->flags <= TO_INT16, r->count, r->flags)
        && mite_check_value(check, r->zero_point >= INT16_MIN && r->zero_point <= INT16_MAX, (uint32_t)r->zero_point, 0)
        && mite_check_range(check, r->input, mite_check_product(r->count, 4), 4, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(r->count, size), size, MITE_WRITE);
}

// Half away from zero, from the number's bits: cores without floating point would take long. From +-2^17 on everything clamps.
static inline int32_t nearest(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    int32_t exponent = (int32_t)(bits >> 23 & 0xff), negative = (int32_t)bits >> 31;
    int32_t whole = 0;
    if (exponent >= 127 + 17) {
        int not_a_number = (bits & 0x7fffffff) > 0x7f800000;
        return negative || not_a_number ? -(1 << 17) : 1 << 17;
    }
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
    float scale = r->scale;
    for (uint32_t i = 0; i < r->count; i++) {
        int32_t value = mite_quant_clamp(nearest(in[i] / scale) + r->zero_point, low, high);
        if (r->flags == TO_INT16) {
            ((int16_t *)(void *)out)[i] = (int16_t)value;
        } else {
            out[i] = (uint8_t)value;
        }
    }
}
