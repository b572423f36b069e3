// Matrix times vector with SMLAD, four rows at once. Of a pair of rows a half of a word is b * 256 + a, where a is the byte without its
// sign: multiplied as it is, and masked for a, it gives a sum of both and one of a. So four weights take three instructions.

#include "dot_s8.h"
#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

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
static int32_t total(const int8_t *x, int32_t count) {
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

// twice: an output's sum without bias, doubled.
static inline __attribute__((always_inline)) void finish(const mite_requant_t *r, int32_t o, int32_t twice, int8_t *out) {
#if !defined(__OPTIMIZE_SIZE__)
    if (r->packed) {
        const int32_t *packed = r->packed + 2 * o * r->scale_step;
        out[o] = dsp_requant(twice + 2 * mite_requant_bias(r, o), dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1), DSP_LINEAR);
        return;
    }
#endif
    out[o] = mite_requant_output(r, o, (twice >> 1) + mite_requant_bias(r, o));
}

// The last taps, if they are not four: a word of them.
static int32_t last_taps(const mite_dense_t *p, const int8_t *in) {
    int32_t word = 0;
    for (int32_t t = 1; t <= (p->depth & 3); t++) {
        word = word << 8 | (uint8_t)in[p->depth - t];
    }
    return word;
}

// All pairs of rows against one vector. less: -128 times the sum of it.
static void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out, int32_t less) {
    int32_t row = mite_dense_row(p), tail = p->depth & 3 ? 4 : 0, paired = p->outputs & ~1, last = last_taps(p, in);
    // Two pairs at once; a single one is both.
    int32_t some = mite_quant_min(paired, 4), second = some == 4 ? 2 * row : 0;
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
        int32_t twice[4] = {2 * s.a, b, 2 * s.c, d};
#pragma GCC unroll 1
        for (int32_t k = 0; k < some; k++) {
            finish(&p->requant, o + k, twice[k], out);
        }
    }
}

#if !defined(__OPTIMIZE_SIZE__)

// How four neighbours' sums become outputs where all channels share their scale.
static inline __attribute__((always_inline)) void finish4(const dsp_scale_t *scale, const int32_t *bias, sums_t s, int8_t *out) {
    int32_t multiplier, shift, add, sign, t, u;
#define OUTPUT(sum, at) \
    "and %[t], %[sign], %[" sum "], asr #31\n" \
    "add %[t], %[t], %[add]\n" \
    "smmlar %[" sum "], %[" sum "], %[multiplier], %[t]\n" \
    "asr %[" sum "], %[" sum "], %[shift]\n" \
    "ssat %[" sum "], #8, %[" sum "]\n" \
    "strb %[" sum "], [%[out], #" at "]\n"
#define TWO(a, ab, first, at, next) \
    "ldrd %[t], %[u], [%[bias], #" first "]\n" \
    "sub %[" ab "], %[" ab "], %[" a "]\n" \
    "add %[" a "], %[" a "], %[t]\n" \
    "lsl %[" a "], %[" a "], #1\n" \
    "lsl %[u], %[u], #1\n" \
    "add %[" ab "], %[u], %[" ab "], asr #7\n" OUTPUT(a, at) OUTPUT(ab, next)
    __asm volatile(
        "ldrd %[multiplier], %[shift], [%[scale]]\n"
        "ldrd %[add], %[sign], [%[scale], #8]\n" TWO("a", "ab", "0", "0", "1") TWO("c", "cd", "8", "2", "3")
        : [a] "+&r"(s.a), [ab] "+&r"(s.ab), [c] "+&r"(s.c), [cd] "+&r"(s.cd), [multiplier] "=&r"(multiplier), [shift] "=&r"(shift), [add] "=&r"(add),
          [sign] "=&r"(sign), [t] "=&r"(t), [u] "=&r"(u)
        : [scale] "r"(scale), [bias] "r"(bias), [out] "r"(out)
        : "memory");
#undef TWO
#undef OUTPUT
}

// The same as pairs() where channels share their scale and there are two pairs.
static void pairs_shared(const mite_dense_t *p, const int8_t *in, int8_t *out, int32_t less) {
    const mite_requant_t *r = &p->requant;
    const dsp_scale_t scale = dsp_scale(r->packed[0], r->packed[1], 2 * r->zero_point + 1);
    const int8_t *w = p->filter;
    const int32_t *bias = r->bias;
    int32_t row = mite_dense_row(p), whole = p->depth & ~3, rows = p->outputs & ~1, last = last_taps(p, in), known[4];
    // Most often all taps go in one piece.
    const int8_t *first = whole ? in : (const int8_t *)&last;
    int32_t piece = whole ? mite_quant_min(whole, MOST) : 4;
    for (; rows; rows -= 4, out += 4, bias += 4, w += 2 * row) {
        if (rows < 4) {
            rows = 4;
            out -= 2;
            bias -= 2;
            w -= 2 * row;
        }
        const int32_t *begun = bias;
        sums_t s = {less, less, less, less};
        const int8_t *x = first, *end = w + 2 * row;
        for (int32_t step = piece;;) {
            dot4(x, w, w + 2 * row, step, &s);
            w += 2 * step;
            if (__builtin_expect(w == end, 1)) {
                break;
            }
            x += step;
            step = mite_quant_min(whole - (int32_t)(x - in), MOST);
            if (!step) {
                x = (const int8_t *)&last;
                step = 4;
            }
            known[0] = begun[0];
            known[1] = begun[1] + ((s.ab - s.a) >> 8);
            known[2] = begun[2];
            known[3] = begun[3] + ((s.cd - s.c) >> 8);
            begun = known;
            s.ab = s.a;
            s.cd = s.c;
        }
        finish4(&scale, begun, s, out);
    }
}

#endif

void mite_fully_connected_s8__dsp(const mite_dense_t *p) {
    const mite_requant_t *r = &p->requant;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
        if (p->outputs & 1) {
            int32_t sum = 0;
#if defined(__OPTIMIZE_SIZE__)
            for (int32_t t = 0; t < p->depth; t++) {
                sum += in[t] * p->filter[last * mite_dense_row(p) + t];
            }
#else
            sum = mite_dot_s8(in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, 0);
#endif
            finish(r, last, 2 * sum, out);
        }
        if (!last) {
            continue;
        }
        int32_t less = -128 * total(in, p->depth);
#if !defined(__OPTIMIZE_SIZE__)
        if (last >= 4 && r->packed && !r->scale_step) {
            pairs_shared(p, in, out, less);
            continue;
        }
#endif
        pairs(p, in, out, less);
    }
    mite_requant_bound(r, p->output, p->batches * p->outputs);
}

#endif
