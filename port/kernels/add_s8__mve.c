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
static inline __attribute__((always_inline)) int32x4_t scaled(int32x4_t value, int32_t multiplier, int32_t shift) {
    value = vqrdmulhq_n_s32(value, multiplier);
    return vrshlq_n_s32(vaddq_s32(value, vshrq_n_s32(value, 31)), shift);
}

static inline __attribute__((always_inline)) int32x4_t add(const mite_add_run_t *p, const ready_t *a, const ready_t *b, int32x4_t x,
                                                       int32x4_t y) {
    x = scaled(vmlasq_n_s32(x, a->up, a->zero), a->multiplier, a->shift);
    y = scaled(vmlasq_n_s32(y, b->up, b->zero), b->multiplier, b->shift);
    return vaddq_n_s32(scaled(vaddq_s32(x, y), p->multiplier, p->shift), p->zero_point);
}

// Any clamp, any steps.
static void run(const mite_add_run_t *p, const ready_t *a, const ready_t *b) {
    const int8_t *at_a = p->a.at, *at_b = p->b.at;
    int8_t *out = p->output;
    int32x4_t min = vdupq_n_s32(p->min), max = vdupq_n_s32(p->max);
    int32x4_t x = vdupq_n_s32(*at_a), y = vdupq_n_s32(*at_b);
    for (int32_t count = p->count; count > 0; count -= 4, at_a += 4, at_b += 4, out += 4) {
        mve_pred16_t some = vctp32q((uint32_t)count);
        x = p->a.step ? vldrbq_z_s32(at_a, some) : x;
        y = p->b.step ? vldrbq_z_s32(at_b, some) : y;
        vstrbq_p_s32(out, vminq_s32(vmaxq_s32(add(p, a, b, x, y), min), max), some);
    }
}

#define SIGNS \
    "vshr.s32 %q[t], %q[x], #31\n" \
    "vadd.i32 %q[x], %q[x], %q[t]\n"
#define FOURS(signs) \
    "dls lr, %[fours]\n" \
    "1:\n" \
    "vldrb.s32 %q[x], [%[a]], #4\n" \
    "vldrb.s32 %q[y], [%[b]], #4\n" \
    "vmlas.s32 %q[x], %q[up_a], %[zero_a]\n" \
    "vmlas.s32 %q[y], %q[up_b], %[zero_b]\n" \
    "vqrdmulh.s32 %q[x], %q[x], %q[multiplier_a]\n" \
    "vqrdmulh.s32 %q[y], %q[y], %q[multiplier_b]\n" SIGNS \
    "vshr.s32 %q[t], %q[y], #31\n" \
    "vadd.i32 %q[y], %q[y], %q[t]\n" \
    "vrshl.s32 %q[x], %[shift_a]\n" \
    "vrshl.s32 %q[y], %[shift_b]\n" \
    "vadd.i32 %q[x], %q[x], %q[y]\n" \
    "vqrdmulh.s32 %q[x], %q[x], %q[multiplier]\n" signs \
    "vrshl.s32 %q[x], %[shift]\n" \
    "vadd.i32 %q[x], %q[x], %[zero_point]\n" \
    "vqmovnb.s32 %q[x], %q[x]\n" \
    "vqmovnb.s16 %q[x], %q[x]\n" \
    "vstrb.32 %q[x], [%[out]], #4\n" \
    "le lr, 1b\n" \
    : [a] "+l"(at_a), [b] "+l"(at_b), [out] "+l"(out), [x] "=&w"(x), [y] "=&w"(y), [t] "=&w"(t) \
    : [fours] "r"(fours), [up_a] "w"(a->up), [up_b] "w"(b->up), [zero_a] "r"(a->zero), [zero_b] "r"(b->zero), \
      [multiplier_a] "w"(vdupq_n_s32(a->multiplier)), [multiplier_b] "w"(vdupq_n_s32(b->multiplier)), \
      [multiplier] "w"(vdupq_n_s32(p->multiplier)), [shift_a] "r"(a->shift), [shift_b] "r"(b->shift), [shift] "r"(p->shift), \
      [zero_point] "r"(p->zero_point) \
    : "lr", "memory"

// Two runs of elements, all of int8 as the clamp: `fours` (at least 1) times four of them.
static __attribute__((noinline)) void run_fours(const mite_add_run_t *p, const ready_t *a, const ready_t *b, int32_t fours) {
    const int8_t *at_a = p->a.at, *at_b = p->b.at;
    int8_t *out = p->output;
    int32x4_t x, y, t;
    if (p->zero_point == INT8_MIN) { // negative numbers are clamped away, whichever way their halves go
        __asm volatile(FOURS(""));
    } else {
        __asm volatile(FOURS(SIGNS));
    }
}

void mite_add_s8__mve(const mite_add_run_t *p) {
    ready_t a, b;
    if (p->count < 1 || p->shift >= 0 || p->shift <= -31 || !prepare(&p->a, &a) || !prepare(&p->b, &b)) {
        mite_add_s8__generic(p);
        return;
    }
    mite_add_run_t rest = *p;
    if (p->a.step && p->b.step && p->min == INT8_MIN && p->max == INT8_MAX && p->count >= 4) {
        run_fours(p, &a, &b, p->count / 4);
        int32_t done = p->count & ~3;
        rest.a.at += done;
        rest.b.at += done;
        rest.output += done;
        rest.count -= done;
    }
    if (rest.count) {
        run(&rest, &a, &b);
    }
}

#endif
