// Addition for cores without SIMD. A summand's first rounding, (x - z) * 2^20 * m / 2^31, is (x - z) * m / 2^11: with m cut in two parts
// that needs 32 bits only.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

enum { CUT = 31 - MITE_ADD_HEADROOM };

// value / 2^shift, halves away from zero.
typedef struct {
    int32_t shift, half, away;
} down_t;

static down_t down(int32_t shift) {
    down_t d = {-shift, shift ? 1 << (-shift - 1) : 0, shift ? -1 : 0};
    return d;
}

SCALAR_INLINE int32_t shift_down(int32_t value, const down_t *d) {
    return (value + (value >> 31 & d->away) + d->half) >> d->shift;
}

// A summand's multiplier as high * 2^CUT + low; the zero point taken off and the rounding are in the constants.
typedef struct {
    int32_t high, low, high_constant, low_constant;
    down_t down;
} ready_t;

static ready_t prepare(const mite_summand_t *s) {
    int32_t high = s->multiplier >> CUT, low = s->multiplier & ((1 << CUT) - 1);
    ready_t r = {high, low, -s->zero_point * high, (1 << (CUT - 1)) - s->zero_point * low, down(s->shift)};
    return r;
}

SCALAR_INLINE int32_t scaled(int32_t x, const ready_t *r) {
    return shift_down(x * r->high + (r->high_constant + ((x * r->low + r->low_constant) >> CUT)), &r->down);
}

void mite_add_s8__scalar(const mite_add_run_t *p) {
    if (p->a.shift > 0 || p->b.shift > 0 || p->shift > 0 || p->multiplier < 0) {
        mite_add_s8__generic(p);
        return;
    }
    ready_t ra = prepare(&p->a), rb = prepare(&p->b);
    down_t last = down(p->shift);
    int32_t multiplier = p->multiplier, zero_point = p->zero_point, min = p->min, max = p->max;
    const int8_t *a = p->a.at, *b = p->b.at;
    int8_t *out = p->output;
    for (int8_t *end = out + p->count; out != end; a += p->a.step, b += p->b.step) {
        // No summand leaves +-2^28.
        int32_t sum = scalar_high_mul(scaled(*a, &ra) + scaled(*b, &rb), multiplier);
        *out++ = (int8_t)mite_quant_clamp(shift_down(sum, &last) + zero_point, min, max);
    }
}

#endif
