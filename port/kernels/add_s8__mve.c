// Addition, four elements at a time.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

void mite_add_s8__mve(const mite_add_run_t *p) {
    const int8_t *a = p->a.at, *b = p->b.at;
    int8_t *out = p->output;
    int32_t step_a = 4 * p->a.step, step_b = 4 * p->b.step, base = p->base, factor_b = p->b.factor, shift = -p->shift;
    int32x4_t factor_a = vdupq_n_s32(p->a.factor), min = vdupq_n_s32(p->min), max = vdupq_n_s32(p->max);
    uint32x4_t at_a = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)p->a.step), at_b = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)p->b.step);
    int near = p->a.step == 1 && p->b.step == 1, whole = p->min == INT8_MIN && p->max == INT8_MAX;
    int32_t count = p->count;
    if (near && whole && count >= 4) {
        int32x4_t x, y;
        __asm volatile(
            "dls lr, %[fours]\n"
            "1:\n"
            "vldrb.s32 %q[x], [%[a]], #4\n"
            "vldrb.s32 %q[y], [%[b]], #4\n"
            "vmlas.s32 %q[x], %q[factor_a], %[base]\n"
            "vmla.s32 %q[x], %q[y], %[factor_b]\n"
            "vshl.s32 %q[x], %[shift]\n"
            "vqmovnb.s32 %q[x], %q[x]\n" // to int16, then int8, in each lane's lower bytes
            "vqmovnb.s16 %q[x], %q[x]\n"
            "vstrb.32 %q[x], [%[out]], #4\n"
            "le lr, 1b\n"
            : [a] "+l"(a), [b] "+l"(b), [out] "+l"(out), [x] "=&w"(x), [y] "=&w"(y)
            : [fours] "r"(count / 4), [factor_a] "w"(factor_a), [factor_b] "r"(factor_b), [base] "r"(base), [shift] "r"(shift)
            : "lr", "memory");
        count &= 3;
    }
    for (; count > 0; count -= 4, a += step_a, b += step_b, out += 4) {
        mve_pred16_t some = vctp32q((uint32_t)count);
        int32x4_t x = vldrbq_gather_offset_z_s32(a, at_a, some), y = vldrbq_gather_offset_z_s32(b, at_b, some);
        int32x4_t sum = vshlq_r_s32(vmlaq_n_s32(vmlasq_n_s32(x, factor_a, base), y, factor_b), shift);
        vstrbq_p_s32(out, vminq_s32(vmaxq_s32(sum, min), max), some);
    }
}

#endif
