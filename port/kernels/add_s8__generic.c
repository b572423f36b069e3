// Addition: two multiplications and a shift. That this is what the reference's three requantizations come to was shown on the host.

#include "quant.h"
#include "roster.h"

void mite_add_s8__generic(const mite_add_run_t *p) {
    // Copies: a byte that is written could be any of these.
    const int8_t *a = p->a.at, *b = p->b.at;
    int32_t step_a = p->a.step, step_b = p->b.step, min = p->min, max = p->max, shift = p->shift;
    // Unsigned: an image whose numbers are nonsense may let a sum overflow.
    uint32_t factor_a = (uint32_t)p->a.factor, factor_b = (uint32_t)p->b.factor, base = (uint32_t)p->base;
    int8_t *out = p->output;
    const int8_t *end = out + p->count;
    if (step_a == 1 && step_b == 1 && min == INT8_MIN && max == INT8_MAX) {
#pragma GCC unroll 4
        while (out != end) {
            uint32_t sum = base + (uint32_t)*a++ * factor_a + (uint32_t)*b++ * factor_b;
            *out++ = (int8_t)mite_quant_saturate((int32_t)sum >> shift);
        }
        return;
    }
    for (; out != end; a += step_a, b += step_b) {
        uint32_t sum = base + (uint32_t)*a * factor_a + (uint32_t)*b * factor_b;
        *out++ = (int8_t)mite_quant_clamp((int32_t)sum >> shift, min, max);
    }
}
