// Matrix times vector for cores without SIMD: four rows at once, so that an input is loaded once for four weights.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

enum { ROWS = 4 };

// `taps` (a multiple of 4, at least 4) of the input against four rows, `row` bytes apart; the sums grow.
SCALAR_INLINE void dot4(const int8_t *x, const int8_t *w, int32_t row, int32_t taps, int32_t *sums) {
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
#if defined(SCALAR_WIDE)
    const int8_t *last = w + 3 * row, *end = x + taps;
    int32_t t, u;
#define TAP \
    "ldrsb %[u], [%[x]], #1\n" \
    "ldrsb %[t], [%[w], %[row]]\n" \
    "mla %[b], %[t], %[u], %[b]\n" \
    "ldrsb %[t], [%[w], %[row], lsl #1]\n" \
    "mla %[c], %[t], %[u], %[c]\n" \
    "ldrsb %[t], [%[last]], #1\n" \
    "mla %[d], %[t], %[u], %[d]\n" \
    "ldrsb %[t], [%[w]], #1\n" \
    "mla %[a], %[t], %[u], %[a]\n"
    __asm volatile(
        "1:\n" TAP TAP TAP TAP
        "cmp %[x], %[end]\n"
        "bne 1b\n"
        : [a] "+&r"(a), [b] "+&r"(b), [c] "+&r"(c), [d] "+&r"(d), [x] "+&r"(x), [w] "+&r"(w), [last] "+&r"(last),
          [t] "=&r"(t), [u] "=&r"(u)
        : [row] "r"(row), [end] "r"(end)
        : "cc", "memory");
#undef TAP
#elif defined(SCALAR_HIGH_REGISTERS)
    // All five are indexed by one register, which counts up to zero from -taps. Sums wait in the high registers.
    const int8_t *v1 = w + row, *v2 = v1 + row, *v3 = v2 + row;
#define TAP \
    "ldrsb r1, [%[x], r0]\n" \
    "ldrsb r2, [%[v0], r0]\n" \
    "muls r2, r1\n" \
    "add %[a], r2\n" \
    "ldrsb r2, [r4, r0]\n" \
    "muls r2, r1\n" \
    "add %[b], r2\n" \
    "ldrsb r2, [r5, r0]\n" \
    "muls r2, r1\n" \
    "add %[c], r2\n" \
    "ldrsb r2, [r6, r0]\n" \
    "muls r2, r1\n" \
    "add %[d], r2\n" \
    "adds r0, #1\n"
    x += taps;
    w += taps;
    register int32_t index __asm("r0") = -taps;
    register const int8_t *second __asm("r4") = v1 + taps, *third __asm("r5") = v2 + taps, *fourth __asm("r6") = v3 + taps;
    __asm volatile(
        ".syntax unified\n" // gcc's own code for this core is; what is inline is not
        "1:\n" TAP TAP TAP TAP
        "bne 1b\n"
        : [a] "+&h"(a), [b] "+&h"(b), [c] "+&h"(c), [d] "+&h"(d), "+&l"(index)
        : [x] "l"(x), [v0] "l"(w), "l"(second), "l"(third), "l"(fourth)
        : "r1", "r2", "cc", "memory");
#undef TAP
#else
    for (const int8_t *end = x + taps; x != end; x += 4, w += 4) {
        for (int i = 0; i < 4; i++) {
            const int8_t *at = w + i;
            int32_t tap = x[i];
            a += tap * at[0];
            at += row;
            b += tap * at[0];
            at += row;
            c += tap * at[0];
            at += row;
            d += tap * at[0];
        }
    }
#endif
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// `some` rows from o on, all four or one. shared: the scale of all rows, if they have one.
SCALAR_INLINE void rows(const mite_dense_t *p, const scalar_scale_t *shared, const int8_t *in, int32_t o, const int some, int8_t *out) {
    const mite_requant_t *r = &p->requant;
    int32_t row = (p->depth + 3) & ~3, whole = some == ROWS ? p->depth & ~3 : 0, sums[ROWS];
    const int8_t *w = p->filter + o * row;
    for (int k = 0; k < ROWS; k++) {
        sums[k] = k < some ? mite_requant_bias(r, o + k) : 0;
    }
    if (whole) {
        dot4(in, w, row, whole, sums);
    }
    for (int32_t t = whole; t < p->depth; t++) {
        for (int k = 0; k < some; k++) {
            sums[k] += in[t] * w[k * row + t];
        }
    }
    if (r->packed && !r->scale_step) {
        for (int k = 0; k < some; k++) {
            out[k] = scalar_output(sums[k], shared, r, 0);
        }
        return;
    }
    for (int k = 0; k < some; k++) {
        out[k] = mite_requant_output(r, o + k, sums[k]);
    }
}

void mite_fully_connected_s8__scalar(const mite_dense_t *p) {
    int8_t *out = p->output;
    const int8_t *in = p->input;
    scalar_scale_t shared = {0};
    if (p->requant.packed && !p->requant.scale_step) {
        shared = scalar_scale(p->requant.packed, 0, p->requant.zero_point);
    }
    for (int32_t b = 0; b < p->batches; b++, in += p->depth, out += p->outputs) {
        if (p->outputs < ROWS) {
            for (int32_t o = 0; o < p->outputs; o++) {
                rows(p, &shared, in, o, 1, out + o);
            }
            continue;
        }
        // The last group may reach back over the one before.
        for (int32_t left = p->outputs; left > 0; left -= ROWS) {
            int32_t o = p->outputs - mite_quant_max(left, ROWS);
            rows(p, &shared, in, o, ROWS, out + o);
        }
    }
}

#endif
