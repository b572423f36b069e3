// Matrix times vector with SMLAD, four rows at once. Of a pair of rows a half of a word is b * 256 + a, where a is the byte without its
// sign: multiplied as it is, and masked for a, it gives a sum of both and one of a. So four weights take three instructions.

#include "dot_s8.h"
#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

#if defined(__OPTIMIZE_SIZE__)
enum { SMALL = 1 };
#else
enum { SMALL = 0 };
#endif

enum { MOST = 504 }; // taps before b * 256 could leave 32 bits

// Two pairs of rows: what was multiplied masked (a, c) and as it was.
typedef struct {
    int32_t a, ab, c, cd;
} sums_t;

// `taps` (a multiple of 4, at least 4) of the input against two pairs of rows; the sums grow.
static inline __attribute__((always_inline)) void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, sums_t *sums) {
    int32_t a = sums->a, ab = sums->ab, c = sums->c, cd = sums->cd, even, odd, u, v;
#define FOUR \
    "ldr %[odd], [%[x]], #4\n" \
    "sxtb16 %[even], %[odd]\n" \
    "sxtb16 %[odd], %[odd], ror #8\n" \
    "ldrd %[u], %[v], [%[first]], #8\n" \
    "smlad %[ab], %[u], %[even], %[ab]\n" \
    "uxtb16 %[u], %[u]\n" \
    "smlad %[a], %[u], %[even], %[a]\n" \
    "smlad %[ab], %[v], %[odd], %[ab]\n" \
    "uxtb16 %[v], %[v]\n" \
    "smlad %[a], %[v], %[odd], %[a]\n" \
    "ldrd %[u], %[v], [%[second]], #8\n" \
    "smlad %[cd], %[u], %[even], %[cd]\n" \
    "uxtb16 %[u], %[u]\n" \
    "smlad %[c], %[u], %[even], %[c]\n" \
    "smlad %[cd], %[v], %[odd], %[cd]\n" \
    "uxtb16 %[v], %[v]\n" \
    "smlad %[c], %[v], %[odd], %[c]\n"
    __asm volatile(
#if !defined(__OPTIMIZE_SIZE__)
        "subs %[n], #16\n"
        "blt 2f\n"
        "1:\n" FOUR FOUR FOUR FOUR
        "subs %[n], #16\n"
        "bge 1b\n"
        "2:\n"
        "adds %[n], #16\n"
        "beq 4f\n"
#endif
        "3:\n" FOUR
        "subs %[n], #4\n"
        "bne 3b\n"
        "4:\n"
        : [a] "+&r"(a), [ab] "+&r"(ab), [c] "+&r"(c), [cd] "+&r"(cd), [x] "+&r"(x), [first] "+&r"(first), [second] "+&r"(second),
          [n] "+&r"(taps), [even] "=&r"(even), [odd] "=&r"(odd), [u] "=&r"(u), [v] "=&r"(v)
        :
        : "cc", "memory");
#undef FOUR
    *sums = (sums_t) {a, ab, c, cd};
}

// The sum of int8 numbers.
static inline int32_t total(const int8_t *x, int32_t count) {
    int32_t sum = 0;
#if !defined(__OPTIMIZE_SIZE__)
    for (sum = -128 * (count & ~3); count >= 4; count -= 4, x += 4) {
        __asm("usada8 %0, %1, %2, %0" : "+r"(sum) : "r"(dsp_load(x) ^ (int32_t)0x80808080), "r"(0));
    }
#endif
    while (count--) {
        sum += *x++;
    }
    return sum;
}

// How sums become outputs: all channels with the same scale, or however it may be.
enum { SHARED, ANY };

// twice: an output's sum without bias, doubled.
static inline __attribute__((always_inline)) void finish(const mite_requant_t *r, dsp_scale_t scale, int32_t o, int32_t twice, int8_t *out, const int kind) {
    if (kind == SHARED) {
        out[o] = dsp_requant(twice + 2 * r->bias[o], scale, DSP_LINEAR);
    } else if (r->packed && !SMALL) {
        const int32_t *packed = r->packed + 2 * o * r->scale_step;
        out[o] = dsp_requant(twice + 2 * mite_requant_bias(r, o), dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1), DSP_LINEAR);
    } else {
        out[o] = mite_requant_output(r, o, (twice >> 1) + mite_requant_bias(r, o));
    }
}

// All pairs of rows against one vector.
static inline __attribute__((always_inline)) void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out, const int kind) {
    const mite_requant_t *r = &p->requant;
    int32_t row = mite_dense_row(p), rest = p->depth & 3, paired = p->outputs & ~1, less = -128 * total(in, p->depth), last = 0;
    for (int32_t t = 1; t <= rest; t++) {
        last = last << 8 | (uint8_t)in[p->depth - t];
    }
    dsp_scale_t scale = {0};
    if (kind == SHARED) {
        scale = dsp_scale(r->packed[0], r->packed[1], 2 * r->zero_point + 1);
    }
    // Two pairs at once; a single one is both. The last taps, if not four, come out of a word of their own.
    int32_t some = mite_quant_min(paired, 4), second = some == 4 ? 2 * row : 0, tail = rest ? 4 : 0;
    for (int32_t o = 0; o < paired; o += 4) {
        // The last two begin early enough to be two: what is computed twice is the same.
        o = mite_quant_min(o, paired - some);
        int32_t b = 0, d = 0, step;
        const int8_t *w = p->filter + o * row, *x = in;
        sums_t s = {less, less, less, less};
        for (int32_t left = row; left; left -= step, w += 2 * step, x += step) {
            step = mite_quant_min(left - tail, MOST);
            if (!step) {
                x = (const int8_t *)&last;
                step = 4;
            }
            dot4(x, w, w + second, step, &s);
            b += (s.ab - s.a) >> 7;
            d += (s.cd - s.c) >> 7;
            s.ab = s.a;
            s.cd = s.c;
        }
        if (SMALL) {
            int32_t twice[4] = {2 * s.a, b, 2 * s.c, d};
            for (int32_t k = 0; k < some; k++) {
                finish(r, scale, o + k, twice[k], out, kind);
            }
            continue;
        }
        finish(r, scale, o, 2 * s.a, out, kind);
        finish(r, scale, o + 1, b, out, kind);
        if (some == 4) {
            finish(r, scale, o + 2, 2 * s.c, out, kind);
            finish(r, scale, o + 3, d, out, kind);
        }
    }
}

void mite_fully_connected_s8__dsp(const mite_dense_t *p) {
    const mite_requant_t *r = &p->requant;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
        if (last && r->packed && !r->scale_step && !SMALL) {
            pairs(p, in, out, SHARED);
        } else if (last) {
            pairs(p, in, out, ANY);
        }
        if (p->outputs & 1) {
            const int8_t *row = p->filter + last * mite_dense_row(p);
            int32_t sum = mite_requant_bias(r, last);
#if defined(__OPTIMIZE_SIZE__)
            for (int32_t t = 0; t < p->depth; t++) {
                sum += in[t] * row[t];
            }
#else
            sum = mite_dot_s8(in, row, (uint32_t)p->depth, sum);
#endif
            out[last] = mite_requant_output(r, last, sum);
        }
    }
#if !defined(__OPTIMIZE_SIZE__)
    mite_requant_bound(r, p->output, p->batches * p->outputs);
#endif
}

#endif
