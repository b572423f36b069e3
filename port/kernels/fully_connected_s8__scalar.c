// Matrix times vector for cores without SIMD: two pairs of rows at once, so that an input is loaded once for four weights.

#include <stddef.h>

#include "dot_s8.h"
#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

// An output from its sum, bias and all.
static int8_t finish(const mite_requant_t *r, int32_t o, int32_t sum) {
#if !defined(__OPTIMIZE_SIZE__)
    if (r->packed) {
        scalar_scale_t scale = scalar_scale(r->packed + 2 * o * r->scale_step, 0, r->zero_point);
        return scalar_output(sum, &scale, r, 0);
    }
#endif
    return mite_requant_output(r, o, sum);
}

#if defined(SCALAR_WIDE) && !defined(__OPTIMIZE_SIZE__)

#define QUADS_WORDS(taps) (taps) // of every four taps, the middle two change places

#include "dense_quads.h"

enum { FOURS = 4, FOUR_BYTES = 96 }; // in the loop's code
enum { FIELD = 1 << 23 }; // keeps the low fields above zero: they never borrow from the high ones

// Two pairs of rows at a time against all taps. With 128 for the second row in place of the first, one word holds a weight of both,
// b + 128 + a * 2^24, and one multiplication serves them. r0 and r1 are taps, r4 and r5 the sums of the first pair, r6 and r7 of the second, r3, r8 and r9
// weights, which lie at r10 and r11, r12 where the taps lie, lr a mask.
#define WORD(word, low, high) \
    "eor.w " word ", " word ", #0x80808080\n" \
    "and.w r2, lr, " word ", ror #8\n" \
    "smlal " low ", " high ", r2, r0\n" \
    "and.w " word ", lr, " word ", ror #24\n" \
    "smlal " low ", " high ", " word ", r1\n"
#define FOUR \
    "ldrd r0, r1, [r12], #8\n" \
    "ldrd r3, r8, [r10], #8\n" WORD("r3", "r4", "r5") \
    "ldrd r3, r9, [r11], #8\n" WORD("r3", "r6", "r7") \
    "ldrd r0, r1, [r12], #8\n" WORD("r8", "r4", "r5") WORD("r9", "r6", "r7")
#define SUM_OF_A(sum, low, high) \
    "add " sum ", " sum ", " low ", lsr #24\n" \
    "add " sum ", " sum ", " high ", lsl #8\n"
#define SUM_OF_B(sum, low) \
    "bic " low ", " low ", #0xff000000\n" \
    "add " sum ", " sum ", r9\n" \
    "add " sum ", " sum ", " low "\n"
// The first rounding's half of 2^32, and all that is added afterwards, are what the product is added to: a negative sum takes one off,
// as the second rounding takes halves away from zero. (Its product may be 0 all the same: then half a step less one still shifts to 0.)
#define OUTPUT(sum) \
    "lsl " sum ", " sum ", #1\n" \
    "add r9, r6, " sum ", asr #31\n" \
    "mov r7, #0x80000000\n" \
    "smlal r7, r9, " sum ", r4\n" \
    "asrs r9, r5\n" \
    "ssat r9, #8, r9\n" \
    "strb r9, [r8], #1\n"

static QUADS_NAKED void quads(__attribute__((unused)) const quads_t *q) {
    __asm(
        QUADS_BEGIN
        "cmp.w r12, #0\n"
        "it ne\n"
        "adrne.w r0, 7f\n"
        "orr r12, r0, #1\n"
        "ldr.w r0, [lr, #48]\n"
        "push {r0-r12}\n"
        "mov r3, r4\n"
        "ldr.w r11, [lr, #52]\n"
        "movw lr, #0x00ff\n"
        "movt lr, #0xff00\n"
        "1: ldr r12, [sp, #32]\n"
        "ldrd r8, r10, [sp, #36]\n"
        "mov.w r4, #0x800000\n"
        "add r10, r10, r11\n"
        "add.w r11, r10, r8\n"
        "mov.w r5, #0\n"
        "mov r6, r4\n"
        "mov r7, r5\n"
        "ldr pc, [sp, #44]\n"
        "2:\n"
        ".rept 4\n" FOUR
        ".endr\n"
        "3: ldr r2, [sp]\n"
        "cmp r12, r2\n"
        "bne 2b\n"
        "ldrd r3, r8, [sp, #16]\n"
        "ldr r9, [sp, #28]\n"
        "ldmia.w r3!, {r0, r1, r2, r12}\n"
        SUM_OF_A("r0", "r4", "r5") SUM_OF_B("r1", "r4") SUM_OF_A("r2", "r6", "r7") SUM_OF_B("r12", "r6")
        "ldr pc, [sp, #48]\n"
        "7: stmia.w r8!, {r0, r1, r2, r12}\n"
        "b 6f\n"
        "4: ldrd r4, r5, [sp, #4]\n"
        "ldr r6, [sp, #12]\n" OUTPUT("r0") OUTPUT("r1") OUTPUT("r2") OUTPUT("r12")
        "6: strd r3, r8, [sp, #16]\n"
        "ldr r9, [sp, #24]\n"
        "cmp r8, r9\n"
        "bne 1b\n"
        "add sp, sp, #52\n"
        "pop {r4-r11, pc}\n");
}

#undef WORD
#undef FOUR
#undef SUM_OF_A
#undef SUM_OF_B
#undef OUTPUT

static void lay(quads_t *q, const int8_t *x, int32_t count, int32_t *words) {
    int32_t fours = (count + 3) / 4, sum = 0, *to = words;
    q->taps = words;
    q->skip = q->pair - 8 * fours;
    q->entry = ((fours - 1) % FOURS + 1) * FOUR_BYTES;
    for (; count >= 4; count -= 4, x += 4, to += 4) {
        sum += (to[0] = x[0]) + (to[2] = x[1]);
        sum += (to[1] = x[2]) + (to[3] = x[3]);
    }
    if (count) {
        sum += (to[0] = x[0]) + (to[2] = count > 1 ? x[1] : 0) + (to[1] = count > 2 ? x[2] : 0);
        to[3] = 0;
        to += 4;
    }
    q->less = -128 * sum - FIELD;
    q->taps_end = to;
}

static int32_t outputs_as(quads_t *q, const mite_requant_t *r) {
    scalar_scale_t scale = scalar_scale(r->packed, 0, r->zero_point);
    q->multiplier = scale.multiplier;
    q->shift = scale.shift;
    q->add = scale.add;
    return scale.shift ? TO_OUTPUTS : TO_SUMS; // without a shift there is no second rounding
}

#else

// dot4 adds `taps` (a multiple of 4, at least 4) of the input times two pairs of rows to four sums. less: -128 times the sum of these taps.
#if defined(SCALAR_WIDE)

// With 128 for the second row in place of the first, one word holds a weight of both, b + 128 + a * 2^24, and one multiplication
// serves them. The low field has room for 256 products of a byte without a sign.
enum { ROOM = 256 };

SCALAR_INLINE void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, int32_t less, int32_t *sums) {
    int32_t t, u, v, w, p, q;
    sums[1] += less;
    sums[3] += less;
    for (int32_t step;; taps -= step) {
        step = mite_quant_min(taps, ROOM);
        const int8_t *end = x + step;
        int64_t ab = 1 << 23, cd = 1 << 23; // keeps the low fields above zero: they never borrow from the high ones
#define WORD(word, sum) \
    "eor %[" word "], %[" word "], #0x80808080\n" \
    "and %[t], %[mask], %[" word "], ror #8\n" \
    "smlal %Q[" sum "], %R[" sum "], %[t], %[p]\n" \
    "and %[" word "], %[mask], %[" word "], ror #24\n" \
    "smlal %Q[" sum "], %R[" sum "], %[" word "], %[q]\n"
#define FOUR \
    "ldrsb %[p], [%[x]], #2\n" \
    "ldrsb %[q], [%[x]], #-1\n" \
    "ldrd %[u], %[v], [%[first]], #8\n" WORD("u", "ab") \
    "ldrd %[u], %[w], [%[second]], #8\n" WORD("u", "cd") \
    "ldrsb %[p], [%[x]], #2\n" \
    "ldrsb %[q], [%[x]], #1\n" WORD("v", "ab") WORD("w", "cd")
        __asm volatile(
            "1:\n" FOUR
            "ldr %[t], %[end]\n" // no register is left for it
            "cmp %[x], %[t]\n"
            "bne 1b\n"
            : [ab] "+&r"(ab), [cd] "+&r"(cd), [x] "+&r"(x), [first] "+&r"(first), [second] "+&r"(second), [t] "=&r"(t), [u] "=&r"(u),
              [v] "=&r"(v), [w] "=&r"(w), [p] "=&r"(p), [q] "=&r"(q)
            : [mask] "r"(0xff0000ff), [end] "m"(end)
            : "cc", "memory");
#undef FOUR
#undef WORD
        sums[0] += (int32_t)(ab >> 24);
        sums[1] += ((int32_t)ab & 0xffffff) - (1 << 23);
        sums[2] += (int32_t)(cd >> 24);
        sums[3] += ((int32_t)cd & 0xffffff) - (1 << 23);
        if (step == taps) {
            break;
        }
    }
}

#else

SCALAR_INLINE void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, int32_t less, int32_t *sums) {
    int32_t a = sums[0] + less, b = sums[1], c = sums[2] + less, d = sums[3];
#if defined(SCALAR_HIGH_REGISTERS)
    // Only bytes without a sign can be loaded at a number from an address, others at a register from it: r2 and r3 hold 1 and 3.
    // Sums wait in the high registers.
#define PRODUCT(sum) \
    "muls r1, r0\n" \
    "add %[" sum "], r1\n"
#define TAPS(number, one) \
    "ldrsb r0, [%[x], " one "]\n" \
    "ldrb r1, [%[first], #" number "]\n" PRODUCT("a") \
    "ldrsb r1, [%[first], " one "]\n" PRODUCT("b") \
    "ldrb r1, [%[second], #" number "]\n" PRODUCT("c") \
    "ldrsb r1, [%[second], " one "]\n" PRODUCT("d")
#define FOUR \
    TAPS("0", "r2") TAPS("2", "r3") \
    "adds %[x], #1\n" \
    "adds %[first], #4\n" \
    "adds %[second], #4\n" \
    TAPS("0", "r2") TAPS("2", "r3") \
    "adds %[x], #3\n" \
    "adds %[first], #4\n" \
    "adds %[second], #4\n"
    x--;
    __asm volatile(
        ".syntax unified\n" // gcc's own code for this core is; what is inline is not
        "movs r2, #1\n"
        "movs r3, #3\n"
        "lsls r0, %[taps], #29\n" // an odd number of fours begins in the middle
        "beq 1f\n"
        "adds %[taps], #4\n"
        "b 2f\n"
        "1:\n" FOUR
        "2:\n" FOUR
        "subs %[taps], #8\n"
        "bne 1b\n"
        : [a] "+&h"(a), [b] "+&h"(b), [c] "+&h"(c), [d] "+&h"(d), [x] "+&l"(x), [first] "+&l"(first), [second] "+&l"(second), [taps] "+&l"(taps)
        :
        : "r0", "r1", "r2", "r3", "cc", "memory");
#undef PRODUCT
#undef TAPS
#undef FOUR
#else
    for (const int8_t *end = x + taps; x != end; x += 4, first += 8, second += 8) {
        for (int i = 0; i < 4; i++) {
            int at = 4 * (i & 1) + (i & 2);
            int32_t tap = x[i];
            a += tap * (uint8_t)first[at];
            b += tap * first[at + 1];
            c += tap * (uint8_t)second[at];
            d += tap * second[at + 1];
        }
    }
#endif
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

#endif

// How sums become outputs: all channels with the same scale, or however it may be.
// How sums become outputs: all channels with the same scale, or however it may be.
enum { SHARED, ANY };

// Four neighbours' sums, bias and all, to outputs held to int8: all channels have this scale.
SCALAR_INLINE void finish4(const scalar_scale_t *scale, const int32_t *sums, int8_t *out) {
    for (int k = 0; k < 4; k++) {
        int32_t value = scalar_high_mul(sums[k], scale->multiplier);
        out[k] = (int8_t)mite_quant_saturate((value + (value >> 31 & scale->away) + scale->add) >> scale->shift);
    }
}

// All pairs of rows against one vector, if they are two or more.
SCALAR_INLINE void pairs_as(const mite_dense_t *p, const scalar_scale_t *shared, const int8_t *in, int8_t *out, const int kind) {
    const mite_requant_t *r = &p->requant;
    int32_t row = mite_dense_row(p), whole = p->depth & ~3, paired = p->outputs & ~1, less = 0;
    for (int32_t t = 0; t < whole; t++) {
        less += in[t];
    }
    less *= -128;
    for (int32_t o = 0; o < paired; o += 4) {
        // The last two begin early enough to be two: what is computed twice is the same.
        o = mite_quant_min(o, paired - 4);
        const int8_t *w = p->filter + o * row;
        int32_t sums[4];
        for (int k = 0; k < 4; k++) {
            sums[k] = kind == SHARED ? r->bias[o + k] : mite_requant_bias(r, o + k);
        }
        if (whole) {
            dot4(in, w, w + 2 * row, whole, less, sums);
            w += 2 * whole;
        }
#pragma GCC unroll 1
        for (int32_t t = whole; t < p->depth; t++) {
            int32_t tap = in[t], at = 4 * (t & 1) + (t & 2);
            sums[0] += tap * (int8_t)(w[at] ^ INT8_MIN);
            sums[1] += tap * w[at + 1];
            sums[2] += tap * (int8_t)(w[2 * row + at] ^ INT8_MIN);
            sums[3] += tap * w[2 * row + at + 1];
        }
        if (kind == SHARED) {
            finish4(shared, sums, out + o);
            continue;
        }
#pragma GCC unroll 1
        for (int k = 0; k < 4; k++) {
            out[o + k] = finish(r, o + k, sums[k]);
        }
    }
}

static void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out) {
#if !defined(__OPTIMIZE_SIZE__)
    const mite_requant_t *r = &p->requant;
    if (r->packed && !r->scale_step) {
        scalar_scale_t shared = scalar_scale(r->packed, 0, r->zero_point);
        pairs_as(p, &shared, in, out, SHARED);
        return;
    }
#endif
    pairs_as(p, NULL, in, out, ANY);
}

#endif

void mite_fully_connected_s8__scalar(const mite_dense_t *p) {
    const mite_requant_t *r = &p->requant;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
        if (last >= 4) {
            pairs(p, in, out);
        } else if (last) {
            int32_t sums[2] = {mite_requant_bias(r, 0), mite_requant_bias(r, 1)};
            mite_dot_pair_s8(in, p->filter, p->depth, sums);
            out[0] = finish(r, 0, sums[0]);
            out[1] = finish(r, 1, sums[1]);
        }
        if (p->outputs & 1) {
            int32_t sum = mite_dot_s8(in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, mite_requant_bias(r, last));
            out[last] = finish(r, last, sum);
        }
    }
    mite_requant_bound(r, p->output, p->batches * p->outputs);
}

#endif
