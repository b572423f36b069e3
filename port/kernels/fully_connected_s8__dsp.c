// Matrix times vector with SMLAD, four rows at once. Of a pair of rows a half of a word is b * 256 + a, where a is the byte without its
// sign: multiplied as it is, and masked for a, it gives a sum of both and one of a. So four weights take three instructions.

#include "dot_s8.h"
#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

// A word of the last taps, fewer than four.
static int32_t last_taps(const int8_t *x, int32_t count) {
    int32_t word = 0;
    while (count--) {
        word = word << 8 | (uint8_t)x[count];
    }
    return word;
}

// A pair's four taps.
#define TWO(rows, u, v, a, ab, even, odd) \
    "ldrd " u ", " v ", [" rows "], #8\n" \
    "smlad " ab ", " u ", " even ", " ab "\n" \
    "uxtb16 " u ", " u "\n" \
    "smlad " a ", " u ", " even ", " a "\n" \
    "smlad " ab ", " v ", " odd ", " ab "\n" \
    "uxtb16 " v ", " v "\n" \
    "smlad " a ", " v ", " odd ", " a "\n"

#if defined(__OPTIMIZE_SIZE__)

enum { MOST = 504 }; // taps before b * 256 could leave 32 bits

// Two pairs of rows: what was multiplied masked (a, c) and as it was.
typedef struct {
    int32_t a, ab, c, cd;
} sums_t;

// `taps` (a multiple of 4, at least 4) of the input against two pairs of rows; the sums grow.
static inline __attribute__((always_inline)) void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, sums_t *sums) {
    int32_t a = sums->a, ab = sums->ab, c = sums->c, cd = sums->cd, even, odd, u, v;
    __asm volatile(
        "1:\n"
        "ldr %[odd], [%[x]], #4\n"
        "sxtb16 %[even], %[odd]\n"
        "sxtb16 %[odd], %[odd], ror #8\n" TWO("%[first]", "%[u]", "%[v]", "%[a]", "%[ab]", "%[even]", "%[odd]")
            TWO("%[second]", "%[u]", "%[v]", "%[c]", "%[cd]", "%[even]", "%[odd]")
        "subs %[n], #4\n"
        "bne 1b\n"
        : [a] "+&r"(a), [ab] "+&r"(ab), [c] "+&r"(c), [cd] "+&r"(cd), [x] "+&r"(x), [first] "+&r"(first), [second] "+&r"(second),
          [n] "+&r"(taps), [even] "=&r"(even), [odd] "=&r"(odd), [u] "=&r"(u), [v] "=&r"(v)
        :
        : "cc", "memory");
    *sums = (sums_t) {a, ab, c, cd};
}

// All pairs of rows against one vector.
static void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out) {
    int32_t row = mite_dense_row(p), tail = p->depth & 3 ? 4 : 0, paired = p->outputs & ~1, less = 0;
    int32_t last = last_taps(in + (p->depth & ~3), p->depth & 3);
    for (int32_t t = 0; t < p->depth; t++) {
        less -= 128 * in[t];
    }
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
            b += (s.ab - s.a) >> 8;
            d += (s.cd - s.c) >> 8;
            s.ab = s.a;
            s.cd = s.c;
        }
        int32_t sums[4] = {s.a, b, s.c, d};
#pragma GCC unroll 1
        for (int32_t k = 0; k < some; k++) {
            out[o + k] = mite_requant_output(&p->requant, o + k, sums[k] + mite_requant_bias(&p->requant, o + k));
        }
    }
}

#else

#define QUADS_WORDS(taps) ((taps) / 2 + 2) // for every four a word of even ones and one of odd ones; two before them if their fours are even

#include "dense_quads.h"

enum { TO_LINEAR = TO_OTHERS }; // where outputs are as dsp_requant() has them: TO_OUTPUTS is DSP_RELU

enum { FOURS = 8, FOUR_BYTES = 56, LOAD_BYTES = 4 }; // in the loop's code

// Two pairs of rows at a time against all taps. r0 to r3 are taps, r4 to r7 sums a, ab, c and cd, with the biases of a and c, r8 and r9
// weights, which lie at r10 and r11, r12 where the taps lie, lr their end.
#define FOUR(even, odd) TWO("r10", "r8", "r9", "r4", "r5", even, odd) TWO("r11", "r8", "r9", "r6", "r7", even, odd)
#define SUM_OF_B(a, ab, bias) \
    "ldr r9, [r3, #" bias "]\n" \
    "subs " ab ", " ab ", " a "\n" \
    "add " ab ", r9, " ab ", asr #8\n"
#define OUTPUT(sum, add) \
    "lsls " sum ", " sum ", #1\n" \
    "smmlar " sum ", " sum ", r0, " add "\n" \
    "asrs " sum ", " sum ", r1\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", [r8], #1\n"
#define LINEAR_OUTPUT(sum) "add r9, r2, " sum ", asr #31\n" OUTPUT(sum, "r9")

// (ADR counts from a multiple of 4.)
static QUADS_NAKED void quads(__attribute__((unused)) const quads_t *q) {
    __asm(
        QUADS_BEGIN
        "cmp.w r12, #1\n"
        "it eq\n"
        "adreq.w r0, 7f\n"
        "it hi\n"
        "adrhi.w r0, 5f\n"
        "orr r12, r0, #1\n"
        "push {r1-r12}\n"
        "mov r3, r4\n"
        "ldrd lr, r11, [lr, #48]\n"
        "1: ldrd r9, r12, [sp, #24]\n"
        "ldrd r8, r10, [sp, #32]\n"
        "ldr r4, [r3]\n"
        "ldr r6, [r3, #8]\n"
        "add r10, r10, r11\n"
        "add r11, r10, r8\n"
        "add r4, r4, r9\n"
        "add r6, r6, r9\n"
        "mov r5, r4\n"
        "mov r7, r6\n"
        "ldrd r2, r3, [r12], #8\n"
        "ldr pc, [sp, #40]\n"
        "2:\n"
        ".rept 4\n"
        "ldmia r12!, {r0, r1, r2, r3}\n" FOUR("r0", "r1") FOUR("r2", "r3")
        ".endr\n"
        "3: cmp r12, lr\n"
        "bne 2b\n"
        "ldmia.w sp, {r0, r1, r2, r3, r8}\n" SUM_OF_B("r4", "r5", "4") SUM_OF_B("r6", "r7", "12")
        "adds r3, #16\n"
        "ldr pc, [sp, #44]\n"
        "5:" LINEAR_OUTPUT("r4") LINEAR_OUTPUT("r5") LINEAR_OUTPUT("r6") LINEAR_OUTPUT("r7")
        "b 6f\n"
        "7: stmia r8!, {r4-r7}\n"
        "b 6f\n"
        "4:" OUTPUT("r4", "r2") OUTPUT("r5", "r2") OUTPUT("r6", "r2") OUTPUT("r7", "r2")
        "6: strd r3, r8, [sp, #12]\n"
        "ldr r9, [sp, #20]\n"
        "cmp r8, r9\n"
        "bne 1b\n"
        "add sp, sp, #48\n"
        "pop {r4-r11, pc}\n");
}

#undef FOUR
#undef SUM_OF_B
#undef OUTPUT
#undef LINEAR_OUTPUT

static int8_t finish(const mite_requant_t *r, int32_t o, int32_t sum) {
    if (r->packed) {
        const int32_t *packed = r->packed + 2 * o * r->scale_step;
        return dsp_requant(2 * sum, dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1), DSP_LINEAR);
    }
    return mite_requant_output(r, o, sum);
}

static void lay(quads_t *q, const int8_t *x, int32_t count, int32_t *words) {
    int32_t fours = (count + 3) / 4, rest = (fours - 1) % FOURS + 1, less = 0, minus = -0x7f0080, *to = words + 2; // -128 twice
    for (; count > 0; count -= 4, x += 4, to += 2) {
        int32_t word = count < 4 ? last_taps(x, count) : dsp_load(x);
        to[0] = dsp_even(word);
        to[1] = dsp_odd(word);
        less = dsp_smlad(to[1], minus, dsp_smlad(to[0], minus, less));
    }
    q->less = less;
    q->taps = words + 2 * (rest & 1);
    q->taps_end = to;
    q->skip = q->pair - 8 * fours;
    q->entry = rest / 2 * (2 * FOUR_BYTES + LOAD_BYTES) + (rest & 1) * FOUR_BYTES;
}

static int32_t outputs_as(quads_t *q, const mite_requant_t *r) {
    dsp_scale_t scale = dsp_scale(r->packed[0], r->packed[1], 2 * r->zero_point + 1);
    q->multiplier = scale.multiplier;
    q->shift = scale.shift;
    q->add = scale.add;
    return scale.sign && dsp_mode(r) == DSP_LINEAR ? TO_LINEAR : TO_OUTPUTS; // without a shift there is no second rounding
}

#endif

void mite_fully_connected_s8__dsp(const mite_dense_t *p) {
    const mite_requant_t *r = &p->requant;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
#if defined(__OPTIMIZE_SIZE__)
        if (p->outputs & 1) {
            int32_t sum = mite_requant_bias(r, last);
            for (int32_t t = 0; t < p->depth; t++) {
                sum += in[t] * p->filter[last * mite_dense_row(p) + t];
            }
            out[last] = mite_requant_output(r, last, sum);
        }
        if (last) {
            pairs(p, in, out);
        }
#else
        if (p->outputs & 1) {
            int32_t sum = mite_requant_bias(r, last);
            out[last] = finish(r, last, mite_dot_s8(in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, sum));
        }
        if (last >= 4) {
            pairs(p, in, out);
        } else if (last) {
            int32_t sums[2] = {mite_requant_bias(r, 0), mite_requant_bias(r, 1)};
            mite_dot_pair_s8(in, p->filter, p->depth, sums);
            out[0] = finish(r, 0, sums[0]);
            out[1] = finish(r, 1, sums[1]);
        }
#endif
    }
    mite_requant_bound(r, p->output, p->batches * p->outputs);
}

#endif
