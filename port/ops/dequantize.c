#include "ops.h"

enum { FROM_INT8, FROM_UINT8, FROM_INT16 };

int mite_check_dequantize(const mite_check_t *check, const void *record) {
    const mite_dequantize_t *r = record;
    uint32_t size = r->flags == FROM_INT16 ? 2 : 1;
    return mite_check_value(check, r->flags <= FROM_INT16, r->flags, FROM_INT16)
        && mite_check_value(check, r->zero_point >= INT16_MIN && r->zero_point <= INT16_MAX, (uint32_t)r->zero_point, 0)
        && mite_check_items(check, r->input, r->count, size, MITE_READ)
        && mite_check_items(check, r->output, r->count, 4, MITE_WRITE);
}

void mite_run_dequantize(const mite_model_t *model, const void *record) {
    const mite_dequantize_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    float *out = (float *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->count; i++) {
        int32_t value = r->flags == FROM_INT8 ? (int8_t)in[i] : r->flags == FROM_UINT8 ? in[i] : ((const int16_t *)(const void *)in)[i];
        out[i] = r->scale * (float)(value - r->zero_point); // one rounding: the difference is exact
    }
}
