// Matrix times vector with SMLAD: four rows at once, so that an input's taps are spread once for four weights.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

// `taps` (a multiple of 4, at least 4) of the input against four rows; the sums grow.
static inline __attribute__((always_inline)) void dot4(const int8_t *x, const int8_t *w, int32_t row, int32_t taps, int32_t *sums) {
    const int8_t *last = w + 3 * row;
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3], even, odd, t, u;
    __asm volatile(
        "1:\n"
        "ldr %[odd], [%[x]], #4\n"
        "sxtb16 %[even], %[odd]\n"
        "sxtb16 %[odd], %[odd], ror #8\n"
        "ldr %[u], [%[w], %[row]]\n"
        "sxtb16 %[t], %[u]\n"
        "sxtb16 %[u], %[u], ror #8\n"
        "smlad %[b], %[t], %[even], %[b]\n"
        "smlad %[b], %[u], %[odd], %[b]\n"
        "ldr %[u], [%[w], %[row], lsl #1]\n"
        "sxtb16 %[t], %[u]\n"
        "sxtb16 %[u], %[u], ror #8\n"
        "smlad %[c], %[t], %[even], %[c]\n"
        "smlad %[c], %[u], %[odd], %[c]\n"
        "ldr %[u], [%[last]], #4\n"
        "sxtb16 %[t], %[u]\n"
        "sxtb16 %[u], %[u], ror #8\n"
        "smlad %[d], %[t], %[even], %[d]\n"
        "smlad %[d], %[u], %[odd], %[d]\n"
        "ldr %[u], [%[w]], #4\n"
        "sxtb16 %[t], %[u]\n"
        "sxtb16 %[u], %[u], ror #8\n"
        "smlad %[a], %[t], %[even], %[a]\n"
        "smlad %[a], %[u], %[odd], %[a]\n"
        "subs %[n], #4\n"
        "bne 1b\n"
        : [a] "+&r"(a), [b] "+&r"(b), [c] "+&r"(c), [d] "+&r"(d), [x] "+&r"(x), [w] "+&r"(w), [last] "+&r"(last), [n] "+&r"(taps),
          [even] "=&r"(even), [odd] "=&r"(odd), [t] "=&r"(t), [u] "=&r"(u)
        : [row] "r"(row)
        : "cc", "memory");
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// A group of four rows, or of one row four times.
static inline __attribute__((always_inline)) int8_t *rows(const mite_dense_t *p, const int8_t *in, int32_t o, const int some, int8_t *out) {
    const mite_requant_t *r = &p->requant;
    int32_t row = (p->depth + 3) & ~3, whole = p->depth & ~3, sums[4];
    const int8_t *w = p->filter + o * row;
    for (int k = 0; k < 4; k++) {
        sums[k] = k < some ? mite_requant_bias(r, o + k) : 0;
    }
    if (whole) {
        dot4(in, w, some == 4 ? row : 0, whole, sums);
    }
    for (int k = 0; k < some; k++, w += row) {
        for (int32_t t = whole; t < p->depth; t++) {
            sums[k] += in[t] * w[t];
        }
        if (r->packed) {
            const int32_t *packed = r->packed + 2 * (o + k) * r->scale_step;
            dsp_scale_t scale = dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1);
            *out++ = dsp_requant(2 * sums[k], scale, r->min, r->max, DSP_BOUNDS);
        } else {
            *out++ = mite_requant(r, o + k, sums[k]);
        }
    }
    return out;
}

void mite_fully_connected_s8__dsp(const mite_dense_t *p) {
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *in = p->input + b * p->depth;
        int32_t o = 0;
        for (; o + 4 <= p->outputs; o += 4) {
            out = rows(p, in, o, 4, out);
        }
        for (; o < p->outputs; o++) {
            out = rows(p, in, o, 1, out);
        }
    }
}

#endif
