// What is seldom done to outputs, once for all kernels.

#include "conv.h"

int8_t mite_requant_output(const mite_requant_t *r, int32_t channel, int32_t sum) {
    int32_t at = channel * r->scale_step;
    int32_t multiplier = r->packed ? r->packed[2 * at] : r->multiplier[at];
    int32_t shift = r->packed ? -(r->packed[2 * at + 1] & 31) : r->shift[at];
    return (int8_t)mite_quant_clamp(mite_quant_scale(sum, multiplier, shift) + r->zero_point, r->min, r->max);
}

void mite_requant_bound(const mite_requant_t *r, int8_t *outputs, int32_t count) {
    if (r->min == INT8_MIN && r->max == INT8_MAX) {
        return;
    }
    for (const int8_t *end = outputs + count; outputs != end; outputs++) {
        *outputs = (int8_t)mite_quant_clamp(*outputs, r->min, r->max);
    }
}
