// Addition with SMMULR: the doubled product's high word, rounded, is the first of a requantization's two roundings.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

// value / 2^shift, halves away from zero, given half = 2^(shift - 1). A shift of 0 is told by half = 0.
static inline __attribute__((always_inline)) int32_t shift_down(int32_t value, int32_t half, int32_t shift) {
    return (value + half + (value >> 31)) >> shift;
}

static inline __attribute__((always_inline)) int32_t high_mul(int32_t doubled, int32_t multiplier) {
    int32_t value;
    __asm("smmulr %0, %1, %2" : "=r"(value) : "r"(doubled), "r"(multiplier));
    return value;
}

// A summand's part of the work that all elements share. Its shift is at least 1: a shift of 0 comes with the multiplier 2^30 (the
// larger of two scales), whose exact halves may as well be shifted out afterwards.
typedef struct {
    int32_t up, zero, multiplier, half, shift;
} ready_t;

static int prepare(const mite_summand_t *s, ready_t *r) {
    int32_t more = s->shift == 0;
    r->shift = more - s->shift;
    r->up = MITE_ADD_HEADROOM + 1 + more;
    r->zero = (int32_t)((uint32_t)s->zero_point << r->up);
    r->multiplier = s->multiplier;
    r->half = 1 << (r->shift - 1);
    return s->shift <= 0 && s->shift > -31 && (!more || s->multiplier == 1 << 30);
}

static inline __attribute__((always_inline)) int32_t scaled(int32_t value, const ready_t *r, const int up) {
    // |value - zero point| < 2^8, so that 22 bits up still fit
    int32_t doubled = (int32_t)((uint32_t)value << up) - r->zero;
    return shift_down(high_mul(doubled, r->multiplier), r->half, r->shift);
}

// One element.
static inline __attribute__((always_inline)) int8_t add(int32_t a, int32_t b, const ready_t *ra, const ready_t *rb, const ready_t *ro, int32_t min,
                                                        int32_t max, const int up_a, const int up_b) {
    int32_t sum = scaled(a, ra, up_a) + scaled(b, rb, up_b);
    sum = shift_down(high_mul(sum + sum, ro->multiplier), ro->half, ro->shift) + ro->zero;
    return (int8_t)mite_quant_clamp(sum, min, max);
}

static inline __attribute__((always_inline)) void run(const mite_add_run_t *p, const ready_t *ra, const ready_t *rb, const ready_t *ro,
                                                      const int up_a, const int up_b) {
    ready_t a = *ra, b = *rb, o = *ro;
    int32_t min = p->min, max = p->max, step_a = p->a.step, step_b = p->b.step;
    const int8_t *at_a = p->a.at, *at_b = p->b.at;
    int8_t *out = p->output;
    for (int8_t *end = out + p->count; out != end; at_a += step_a, at_b += step_b) {
        *out++ = add(*at_a, *at_b, &a, &b, &o, min, max, up_a, up_b);
    }
}

void mite_add_s8__dsp(const mite_add_run_t *p) {
    ready_t a, b;
    // Sums of two numbers below 2^27 fit doubled.
    ready_t o = {.zero = p->zero_point, .multiplier = p->multiplier, .shift = -p->shift, .half = 1 << (-p->shift - 1)};
    if (p->shift >= 0 || p->shift <= -31 || !prepare(&p->a, &a) || !prepare(&p->b, &b)) {
        mite_add_s8__generic(p);
    } else if (a.up == MITE_ADD_HEADROOM + 2) {
        if (b.up == MITE_ADD_HEADROOM + 2) {
            run(p, &a, &b, &o, MITE_ADD_HEADROOM + 2, MITE_ADD_HEADROOM + 2);
        } else {
            run(p, &a, &b, &o, MITE_ADD_HEADROOM + 2, MITE_ADD_HEADROOM + 1);
        }
    } else if (b.up == MITE_ADD_HEADROOM + 2) {
        run(p, &a, &b, &o, MITE_ADD_HEADROOM + 1, MITE_ADD_HEADROOM + 2);
    } else {
        run(p, &a, &b, &o, MITE_ADD_HEADROOM + 1, MITE_ADD_HEADROOM + 1);
    }
}

#endif
