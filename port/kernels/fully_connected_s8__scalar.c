// Matrix times vector for cores without SIMD: two pairs of rows at once, so that an input is loaded once for four weights.

#include <stddef.h>

#include "dot_s8.h"
#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

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
        t = (int32_t)((uint32_t)step << 29); // an odd number of fours begins in the middle
        __asm volatile(
#if !defined(__OPTIMIZE_SIZE__)
            "cmp %[t], #0\n"
            "bne 2f\n"
            "1:\n" FOUR
            "2:\n"
#else
            "1:\n"
#endif
            FOUR
            "ldr %[t], %[end]\n" // no register is left for it
            "cmp %[x], %[t]\n"
            "bne 1b\n"
            : [ab] "+&r"(ab), [cd] "+&r"(cd), [x] "+&r"(x), [first] "+&r"(first), [second] "+&r"(second), [t] "+&r"(t), [u] "=&r"(u),
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
enum { SHARED, ANY };

// Four neighbours' sums, bias and all, to outputs held to int8: all channels have this scale.
SCALAR_INLINE void finish4(const scalar_scale_t *scale, const int32_t *sums, int8_t *out) {
#if defined(SCALAR_WIDE)
    // The first rounding's half of 2^32, and all that is added afterwards, are what the product is added to: a negative sum takes one off,
    // as the second rounding takes halves away from zero. (Its product may be 0 all the same: then half a step less one still shifts to 0.)
    int32_t multiplier, shift, add, away, x, low, high;
#define OUTPUT(at) \
    "ldr %[x], [%[sums], #4 * " at "]\n" \
    "lsl %[x], %[x], #1\n" \
    "and %[high], %[away], %[x], asr #31\n" \
    "add %[high], %[high], %[add]\n" \
    "mov %[low], #0x80000000\n" \
    "smlal %[low], %[high], %[x], %[multiplier]\n" \
    "asr %[high], %[high], %[shift]\n" \
    "ssat %[high], #8, %[high]\n" \
    "strb %[high], [%[out], #" at "]\n"
    __asm volatile(
        "ldrd %[multiplier], %[shift], [%[scale]]\n"
        "ldrd %[add], %[away], [%[scale], #8]\n" OUTPUT("0") OUTPUT("1") OUTPUT("2") OUTPUT("3")
        : [multiplier] "=&r"(multiplier), [shift] "=&r"(shift), [add] "=&r"(add), [away] "=&r"(away), [x] "=&r"(x), [low] "=&r"(low), [high] "=&r"(high)
        : [scale] "r"(scale), [sums] "r"(sums), [out] "r"(out)
        : "memory");
#undef OUTPUT
#else
    for (int k = 0; k < 4; k++) {
        int32_t value = scalar_high_mul(sums[k], scale->multiplier);
        out[k] = (int8_t)mite_quant_saturate((value + (value >> 31 & scale->away) + scale->add) >> scale->shift);
    }
#endif
}

// An output from its sum, bias and all.
SCALAR_INLINE int8_t finish(const mite_requant_t *r, int32_t o, int32_t sum) {
#if !defined(__OPTIMIZE_SIZE__)
    if (r->packed) {
        scalar_scale_t scale = scalar_scale(r->packed + 2 * o * r->scale_step, 0, r->zero_point);
        return scalar_output(sum, &scale, r, 0);
    }
#endif
    return mite_requant_output(r, o, sum);
}

// All pairs of rows against one vector.
SCALAR_INLINE void pairs(const mite_dense_t *p, const scalar_scale_t *shared, const int8_t *in, int8_t *out, const int kind) {
    const mite_requant_t *r = &p->requant;
    int32_t row = mite_dense_row(p), whole = p->depth & ~3, paired = p->outputs & ~1, less = 0;
    for (int32_t t = 0; t < whole; t++) {
        less += in[t];
    }
    less *= -128;
    // Two pairs at once; a single one is both.
    int32_t some = mite_quant_min(paired, 4), second = some == 4 ? 2 * row : 0;
    for (int32_t o = 0; o < paired; o += 4) {
        // The last two begin early enough to be two: what is computed twice is the same.
        o = mite_quant_min(o, paired - some);
        const int8_t *w = p->filter + o * row;
        int32_t sums[4];
        for (int k = 0; k < 4; k++) {
            sums[k] = kind == SHARED ? r->bias[o + k] : k < some ? mite_requant_bias(r, o + k) : 0;
        }
        if (whole) {
            dot4(in, w, w + second, whole, less, sums);
            w += 2 * whole;
        }
#pragma GCC unroll 1
        for (int32_t t = whole; t < p->depth; t++) {
            int32_t tap = in[t], at = 4 * (t & 1) + (t & 2);
            sums[0] += tap * (int8_t)(w[at] ^ INT8_MIN);
            sums[1] += tap * w[at + 1];
            sums[2] += tap * (int8_t)(w[second + at] ^ INT8_MIN);
            sums[3] += tap * w[second + at + 1];
        }
        if (kind == SHARED) {
            finish4(shared, sums, out + o);
            continue;
        }
#pragma GCC unroll 1
        for (int k = 0; k < some; k++) {
            out[o + k] = finish(r, o + k, sums[k]);
        }
    }
    if (kind == SHARED) {
        mite_requant_bound(r, out, paired);
    }
}

void mite_fully_connected_s8__scalar(const mite_dense_t *p) {
    const mite_requant_t *r = &p->requant;
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
#if !defined(__OPTIMIZE_SIZE__)
    int is_shared = r->packed && !r->scale_step && last >= 4;
    scalar_scale_t shared = {0};
    if (is_shared) {
        shared = scalar_scale(r->packed, 0, r->zero_point);
    }
#endif
    for (int32_t b = p->batches; b; b--, in += p->depth, out += p->outputs) {
#if !defined(__OPTIMIZE_SIZE__)
        if (is_shared) {
            pairs(p, &shared, in, out, SHARED);
        } else
#endif
        if (last) {
            pairs(p, NULL, in, out, ANY);
        }
        if (p->outputs & 1) {
            int32_t sum = mite_dot_s8(in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, mite_requant_bias(r, last));
            out[last] = finish(r, last, sum);
        }
    }
}

#endif
