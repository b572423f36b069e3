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

void mite_fully_connected_s8__dsp(const mite_dense_t *p) {
    // Copies, as far as registers go: a byte that is written could be any of these.
    const mite_requant_t *r = &p->requant;
    const int32_t *packed = r->packed;
    int32_t row = (p->depth + 3) & ~3, whole = p->depth & ~3, rest = p->depth & 3;
    int32_t rounding = 2 * r->zero_point + 1, step = 2 * r->scale_step;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    // Four outputs at once; fewer than four in all one by one, whose row is then read four times.
    int32_t some = p->outputs < 4 ? 1 : 4;
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
        for (int32_t o = 0; o < p->outputs; o += some) {
            // The last four begin early enough to be four: what is computed twice is the same.
            o = mite_quant_min(o, p->outputs - some);
            const int8_t *w = p->filter + o * row;
            int32_t sums[4];
            for (int k = 0; k < 4 && k < some; k++) {
                sums[k] = mite_requant_bias(r, o + k);
            }
            if (whole) {
                dot4(in, w, some == 4 ? row : 0, whole, sums);
            }
            const int32_t *scale = packed + o * step;
            for (int k = 0; k < 4 && k < some; k++, w += row, scale += step) {
                int32_t sum = sums[k];
#pragma GCC unroll 1
                for (int32_t t = 0; t < rest; t++) {
                    sum += in[whole + t] * w[whole + t];
                }
                out[o + k] = packed ? dsp_requant(2 * sum, dsp_scale(scale[0], scale[1], rounding), DSP_LINEAR)
                                    : mite_requant_output(r, o + k, sum);
            }
        }
    }
    mite_requant_bound(r, p->output, p->batches * p->outputs);
}

#endif
