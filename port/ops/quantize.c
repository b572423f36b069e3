#include "../kernels/quant.h"
#include "ops.h"

enum { TO_UINT8 = 1 };

int mite_check_quantize(const mite_check_t *check, const void *record) {
    const mite_quantize_t *r = record;
    return mite_check_value(check, r->scale > 0, r->count, 0)
        && mite_check_value(check, r->zero_point >= INT8_MIN && r->zero_point <= UINT8_MAX, (uint32_t)r->zero_point, 0)
        && mite_check_range(check, r->input, mite_check_product(r->count, 4), 4, MITE_READ)
        && mite_check_range(check, r->output, r->count, 1, MITE_WRITE);
}

// Half away from zero. Beyond +-1000 every int8 clamps, so the conversion to an integer cannot overflow.
static int32_t nearest(float value) {
    if (!(value > -1000.0f)) {
        return -1000; // not a number comes here, too
    }
    if (value > 1000.0f) {
        return 1000;
    }
    int32_t whole = (int32_t)value;
    float rest = value - (float)whole; // exact
    return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

void mite_run_quantize(const mite_model_t *model, const void *record) {
    const mite_quantize_t *r = record;
    const float *in = (const float *)mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    int32_t low = r->flags & TO_UINT8 ? 0 : INT8_MIN, high = r->flags & TO_UINT8 ? UINT8_MAX : INT8_MAX;
    for (uint32_t i = 0; i < r->count; i++) {
        out[i] = (uint8_t)mite_quant_clamp(nearest(in[i] / r->scale) + r->zero_point, low, high);
    }
}
