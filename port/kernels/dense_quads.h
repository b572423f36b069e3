// Matrix times vector, four rows at once, for Cortex-M3 to M33: inputs are spread out once for all rows, into words as the instruction set
// wants them, and one piece of assembly goes through all quads of rows, from biases to outputs.
//
// Before this is included, QUADS_WORDS(taps) says how many words so many inputs take.
#ifndef MITE_DENSE_QUADS_H
#define MITE_DENSE_QUADS_H

#include "conv.h"

// So many inputs are spread out at once, for all rows; of more inputs for so many rows, whose sums so far wait beside them.
enum { SPREAD = 128, TOGETHER = 64 };

// What becomes of sums: outputs, numbers to go on from, or what else the instruction set makes of them.
enum { TO_OUTPUTS, TO_SUMS, TO_OTHERS };

// What quads() needs; so it has it on the stack.
typedef struct {
    int32_t multiplier, shift, add; // what outputs_as() makes of the layer's scale
    const int32_t *bias;            // what to go on from
    void *out;
    const void *end;                // of what goes to `out`
    int32_t less;                   // what lay() has to say of the inputs' sum
    const int32_t *taps;
    int32_t pair;                   // bytes of two rows
    int32_t skip;                   // bytes from the second pair's end to the next first pair
    int32_t entry;                  // bytes of code for what the loop leaves over
    int32_t to;
    const int32_t *taps_end;
    const int8_t *before;           // the first pair's weights less `skip`
} quads_t;

// The compiler must not think that it knows which registers such a function leaves alone. ADR counts from a multiple of 4.
#define QUADS_NAKED __attribute__((naked, noinline, noipa, aligned(4)))

// How quads() begins: r1 to r12 are what quads_t begins with, lr is where it lies, r11 the entry's address; r0 that of what makes outputs (4), unless
// `to` says else. 3: the loop's end.
#define QUADS_BEGIN \
    "push {r4-r11, lr}\n" \
    "mov lr, r0\n" \
    "ldmia r0, {r1-r12}\n" \
    "adr.w r0, 3f\n" \
    "sub.w r11, r0, r11\n" \
    "orr r11, r11, #1\n" \
    "adr.w r0, 4f\n"

// Quads of rows, from `before` on to `end`, against all taps.
static void quads(const quads_t *q);

// Spreads out inputs, at most SPREAD, and says so in less, taps, taps_end, skip and entry.
static void lay(quads_t *q, const int8_t *x, int32_t count, int32_t *words);

// How quads() turns sums into outputs: multiplier, shift, add, and what `to` is for that.
static int32_t outputs_as(quads_t *q, const mite_requant_t *r);

// The output for a sum, bias and all.
static int8_t finish(const mite_requant_t *r, int32_t o, int32_t sum);

// All pairs of rows against one vector, if they are two or more.
static void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out) {
    const mite_requant_t *r = &p->requant;
    int32_t row = mite_dense_row(p), paired = p->outputs & ~1, to = TO_SUMS, most = TOGETHER, some;
    int32_t words[QUADS_WORDS(SPREAD)], sums[TOGETHER];
    quads_t q;
    q.pair = 2 * row;
    if (r->packed && !r->scale_step) {
        to = outputs_as(&q, r);
        most = p->depth <= SPREAD ? paired : TOGETHER;
    }
    for (int32_t o = 0; o < paired; o += some) {
        some = mite_quant_min(paired - o, most) & ~3;
        if (!some) {
            some = 4;
            o = paired - 4; // the last two begin early enough to be two: what is computed twice is the same
        }
        q.bias = r->bias + o;
        if (to == TO_SUMS) {
            for (int32_t k = 0; k < some; k++) {
                sums[k] = mite_requant_bias(r, o + k);
            }
            q.bias = sums;
        }
        for (int32_t t = 0, taps; t < p->depth; t += taps) {
            taps = mite_quant_min(p->depth - t, SPREAD);
            if (!o || p->depth > SPREAD) {
                lay(&q, in + t, taps, words);
            }
            q.before = p->filter + o * row + 2 * t - q.skip;
            q.to = t + taps == p->depth ? to : TO_SUMS;
            if (q.to == TO_SUMS) {
                q.out = sums;
                q.end = sums + some;
            } else {
                q.out = out + o;
                q.end = out + o + some;
            }
            quads(&q);
            q.bias = sums;
        }
        if (to == TO_SUMS) {
            for (int32_t k = 0; k < some; k++) {
                out[o + k] = finish(r, o + k, sums[k]);
            }
        }
    }
}

#endif
