// All channels of four gathered pixels on Armv7-M, from the sums of products to the outputs, written by hand: gcc runs out of registers.
#ifndef MITE_CONV_SCALAR_FOUR_H
#define MITE_CONV_SCALAR_FOUR_H

#include <stddef.h>

#include "conv_scalar_tile.h"

enum {
    FOUR_BLOCK = 56, // bytes of the code for four taps in `four`
    FOUR_TURN = 16,  // taps of one turn of its loop
};

// Does `four` do a tile's channels? Not rows that are longer than the low field has room for, nor shifts that leave it no half to round with.
static __attribute__((noinline)) void four_begin(tile_t *t, int32_t channels, int32_t lanes) {
    int32_t least = 31, blocks = t->first / 4;
    for (const int32_t *packed = t->requant->packed; channels; channels--, packed += 2) {
        least = mite_quant_min(least, packed[1] & 31);
    }
    t->quick = lanes == 4 && t->taps <= SCALAR_TAPS && least > t->positive;
    t->rounding = 2 * t->requant->zero_point + 1;
    // The first turn begins in the middle. A count is twice the turns, and one less where the row goes on elsewhere.
    t->entry = (-blocks & 3) * FOUR_BLOCK;
    t->turns = (blocks + 3) / 4 * 2 - (t->taps != t->first);
    t->more_turns = (t->taps - t->first) / FOUR_TURN * 2;
}

// A low field is what its bits say with their sign; a high one what is above it and the low one's sign, which the shift leaves in the carry.
// If `positive`, bias, both roundings and the zero point are in what an output's product is added to (r8, r9); else what comes
// behind the first rounding is in r1, and numbers are doubled, so that the high word is what that leaves.
static __attribute__((noinline)) void four(tile_t *t) {
#define TWO_TAPS \
    "ldrsb r6, [r1], #1\n" \
    "ldmia r8!, {r2, r3, r4, r5}\n" \
    "smlal r10, r11, r6, r2\n" \
    "smlal r12, lr, r6, r3\n" \
    "ldrsb r6, [r1], #1\n" \
    "smlal r10, r11, r6, r4\n" \
    "smlal r12, lr, r6, r5\n"
#define LOW(SUM) "sbfx r4, " SUM ", #0, #23\n"
#define HIGH(LOWER, UPPER) "lsrs r4, " LOWER ", #23\nadc r4, r4, " UPPER ", lsl #9\n"
#define SCALED "mov r6, r8\nmov lr, r9\nsmlal r6, lr, r4, r2\n"
#define ROUNDED "add lr, lr, lr, asr #31\nadd lr, lr, r1\n"
#define STORED(LANE) "ldr r6, [%[t], %[" LANE "]]\nasr lr, lr, r3\nssat lr, #8, lr\nstrb lr, [r5, r6]\n"
    __asm volatile(
        "1: ldrd r1, r8, [%[t], %[weights]]\n"
        "ldrd r6, r9, [%[t], %[entry]]\n"
        "mov r10, #0\n"
        "mov r11, #0\n"
        "mov r12, #0\n"
        "mov lr, #0\n"
        "add pc, r6\n"
        "nop\n"
        "2:\n" TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS TWO_TAPS
        "subs r9, r9, #2\n"
        "bgt 2b\n"
        "bmi 5f\n"
        "str r1, [%[t], %[weights]]\n"
        "ldrd r6, r5, [%[t], %[packed]]\n"
        "ldrd r2, r3, [r6], #8\n" // multiplier; bias and shift
        "str r6, [%[t], %[packed]]\n"
        "ldr r9, [%[t], %[rounding]]\n"
        "ldr r6, [%[t], %[positive]]\n"
        "asr r4, r3, #5\n"
        "and r3, r3, #31\n"
        "cbz r6, 3f\n"
        "sub r3, r3, #1\n"
        "lsl r9, r9, r3\n"
        "asr r9, r9, #1\n"
        "mov r8, #0x40000000\n"
        "smlal r8, r9, r4, r2\n"
        HIGH("r12", "lr") SCALED STORED("lane3")
        LOW("r12") SCALED STORED("lane2")
        HIGH("r10", "r11") SCALED STORED("lane1")
        LOW("r10")
        "smlal r8, r9, r4, r2\n"
        "asr r9, r9, r3\n"
        "b 4f\n"
        "3: lsl r1, r9, r3\n"
        "asr r1, r1, #1\n"
        "lsl r4, r4, #1\n"
        "mov r9, #0\n"
        "mov r8, #0x80000000\n"
        "smlal r8, r9, r4, r2\n"
        HIGH("r12", "lr") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("lane3")
        LOW("r12") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("lane2")
        HIGH("r10", "r11") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("lane1")
        LOW("r10") "lsl r4, r4, #1\n"
        "smlal r8, r9, r4, r2\n"
        "add r9, r9, r9, asr #31\n"
        "add r9, r9, r1\n"
        "asr r9, r9, r3\n"
        "4: ldr r6, [%[t], %[end]]\n"
        "ssat r9, #8, r9\n"
        "strb r9, [r5], #1\n"
        "str r5, [%[t], %[out]]\n"
        "cmp r5, r6\n"
        "bne 1b\n"
        "b 6f\n"
        "5: ldr r8, [%[t], %[more]]\n"
        "ldr r9, [%[t], %[more_turns]]\n"
        "b 2b\n"
        "6:\n"
        :
        : [t] "r"(t), [weights] "i"(offsetof(tile_t, weights)), [packed] "i"(offsetof(tile_t, packed)), [out] "i"(offsetof(tile_t, out)),
          [end] "i"(offsetof(tile_t, end)), [positive] "i"(offsetof(tile_t, positive)), [entry] "i"(offsetof(tile_t, entry)),
          [rounding] "i"(offsetof(tile_t, rounding)), [more] "i"(offsetof(tile_t, more)), [more_turns] "i"(offsetof(tile_t, more_turns)),
          [lane1] "i"(offsetof(tile_t, lane[1])), [lane2] "i"(offsetof(tile_t, lane[2])), [lane3] "i"(offsetof(tile_t, lane[3]))
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef TWO_TAPS
#undef LOW
#undef HIGH
#undef SCALED
#undef ROUNDED
#undef STORED
}

#endif
