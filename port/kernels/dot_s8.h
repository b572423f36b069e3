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

// The same for two rows in a pair, as mite_dense_t has them, of which there are no more.
static inline void mite_dot_pair_s8(const int8_t *x, const int8_t *pair, int32_t count, int32_t *sums) {
    int32_t a = sums[0], b = sums[1], total = 0;
    for (; count >= 4; count -= 4, x += 4, pair += 8) {
#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)
        int32_t word = dsp_load(x), even = dsp_even(word), odd = dsp_odd(word), u = dsp_load(pair), v = dsp_load(pair + 4), ones = 0x10001;
        b = dsp_smlad(dsp_odd(u), even, dsp_smlad(dsp_odd(v), odd, b));
        a = dsp_smlad(u & 0xff00ff, even, dsp_smlad(v & 0xff00ff, odd, a));
        total = dsp_smlad(even, ones, dsp_smlad(odd, ones, total));
#else
        for (int i = 0; i < 4; i++) {
            int at = 4 * (i & 1) + (i & 2);
            a += x[i] * (uint8_t)pair[at];
            b += x[i] * pair[at + 1];
            total += x[i];
        }
#endif
    }
    for (int32_t i = 0; i < count; i++) {
        int32_t at = 4 * (i & 1) + (i & 2);
        a += x[i] * (uint8_t)pair[at];
        b += x[i] * pair[at + 1];
        total += x[i];
    }
    sums[0] = a - 128 * total;
    sums[1] = b;
}

#endif
