// The product of int8 numbers and int8 weights, both at any address, added to a sum.
#ifndef MITE_DOT_S8_H
#define MITE_DOT_S8_H

#include <stdint.h>

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

static inline int32_t mite_dot_s8(const int8_t *x, const int8_t *w, uint32_t count, int32_t sum) {
    for (int32_t left = (int32_t)count; left > 0; left -= 16, x += 16, w += 16) {
        mve_pred16_t lanes = vctp8q((uint32_t)left);
        sum = vmladavaq_p_s8(sum, vldrbq_z_s8(x, lanes), vldrbq_z_s8(w, lanes), lanes);
    }
    return sum;
}

#else

#if defined(__ARM_FEATURE_DSP)

#include "dsp.h"

static inline int32_t dot_four(const int8_t *x, const int8_t *w, int32_t sum) {
    int32_t a = dsp_load(x), b = dsp_load(w);
    return dsp_smlad(dsp_odd(a), dsp_odd(b), dsp_smlad(dsp_even(a), dsp_even(b), sum));
}

#else

static inline int32_t dot_four(const int8_t *x, const int8_t *w, int32_t sum) {
    return sum + x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3];
}

#endif

// Eight at a time: the loop itself would cost as much as a product.
static inline int32_t mite_dot_s8(const int8_t *x, const int8_t *w, uint32_t count, int32_t sum) {
    for (; count >= 8; count -= 8, x += 8, w += 8) {
        sum = dot_four(x + 4, w + 4, dot_four(x, w, sum));
    }
    for (; count; count--) {
        sum += *x++ * *w++;
    }
    return sum;
}

#endif

#endif
