// Addition, four elements at a time.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

// A summand's part of the work that all elements share. Its shift is at least 1: a shift of 0 comes with the multiplier 2^30 (the
// larger of two scales), whose exact halves may as well be shifted out afterwards.
typedef struct {
    int32x4_t up; // a power of two
    int32_t zero, multiplier, shift;
} ready_t;

static int prepare(const mite_summand_t *s, ready_t *r) {
    int32_t more = s->shift == 0, up = MITE_ADD_HEADROOM + more;
    r->up = vdupq_n_s32((int32_t)1 << up);
    r->zero = (int32_t)(0u - ((uint32_t)s->zero_point << up));
    r->multiplier = s->multiplier;
    r->shift = s->shift - more;
    return (s->step == 0 || s->step == 1) && s->shift <= 0 && s->shift > -31 && (!more || s->multiplier == 1 << 30);
}

// The reference's two roundings; VRSHL rounds halves up, and the sign takes them away from zero. shift: below 0.
static inline __attribute__((always_inline)) int32x4_t scaled(int32x4_t value, int32_t multiplier, int32_t shift, int signs) {
    value = vqrdmulhq_n_s32(value, multiplier);
    if (signs) {
        value = vaddq_s32(value, vshrq_n_s32(value, 31));
    }
    return vrshlq_n_s32(value, shift);
}

static inline __attribute__((always_inline)) int32x4_t add(const mite_add_run_t *p, const ready_t *a, const ready_t *b, int32x4_t x, int32x4_t y,
                                                           const int positive) {
    x = scaled(vmlasq_n_s32(x, a->up, a->zero), a->multiplier, a->shift, 1);
    y = scaled(vmlasq_n_s32(y, b->up, b->zero), b->multiplier, b->shift, 1);
    return vaddq_n_s32(scaled(vaddq_s32(x, y), p->multiplier, p->shift, !positive), p->zero_point);
}

static inline __attribute__((always_inline)) void run(const mite_add_run_t *p, const ready_t *ra, const ready_t *rb, const int steps,
                                                      const int positive) {
    const int8_t *at_a = p->a.at, *at_b = p->b.at;
    int8_t *out = p->output;
    ready_t a = *ra, b = *rb;
    int32x4_t min = vdupq_n_s32(p->min), max = vdupq_n_s32(p->max);
    int32x4_t x = vdupq_n_s32(*at_a), y = vdupq_n_s32(*at_b);
    int32_t count = p->count;
#pragma GCC unroll 1
    for (; count >= 4; count -= 4, at_a += 4, at_b += 4, out += 4) {
        if (steps || p->a.step) {
            x = vldrbq_s32(at_a);
        }
        if (steps || p->b.step) {
            y = vldrbq_s32(at_b);
        }
        int32x4_t sum = add(p, &a, &b, x, y, positive);
        if (positive) {
            sum = mve_narrow(sum);
        } else {
            sum = vminq_s32(vmaxq_s32(sum, min), max);
        }
        vstrbq_s32(out, sum);
    }
    if (count) {
        mve_pred16_t some = vctp32q((uint32_t)count);
        x = p->a.step ? vldrbq_z_s32(at_a, some) : x;
        y = p->b.step ? vldrbq_z_s32(at_b, some) : y;
        vstrbq_p_s32(out, vminq_s32(vmaxq_s32(add(p, &a, &b, x, y, 0), min), max), some);
    }
}

void mite_add_s8__mve(const mite_add_run_t *p) {
    ready_t a, b;
    if (p->count < 1 || p->shift >= 0 || p->shift <= -31 || !prepare(&p->a, &a) || !prepare(&p->b, &b)) {
        mite_add_s8__generic(p);
    } else if (p->a.step && p->b.step && p->zero_point == INT8_MIN && p->min == INT8_MIN && p->max == INT8_MAX) {
        run(p, &a, &b, 1, 1);
    } else {
        run(p, &a, &b, 0, 0);
    }
}

#endif
