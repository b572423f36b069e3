// Addition, plainly: three requantizations, whose roundings are part of the answer.

#include "quant.h"
#include "roster.h"

static inline int32_t scaled(const mite_summand_t *s, int32_t value) {
    return mite_quant_scale((value - s->zero_point) * (1 << MITE_ADD_HEADROOM), s->multiplier, s->shift);
}

void mite_add_s8__generic(const mite_add_run_t *p) {
    const int8_t *a = p->a.at, *b = p->b.at;
    for (int32_t i = 0; i < p->count; i++, a += p->a.step, b += p->b.step) {
        int32_t sum = scaled(&p->a, *a) + scaled(&p->b, *b);
        sum = mite_quant_scale(sum, p->multiplier, p->shift) + p->zero_point;
        p->output[i] = (int8_t)mite_quant_clamp(sum, p->min, p->max);
    }
}
