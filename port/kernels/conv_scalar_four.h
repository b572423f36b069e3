// All channels of four gathered pixels on Armv7-M, from the sums of products to the outputs, written by hand: gcc runs out of registers.
#ifndef MITE_CONV_SCALAR_FOUR_H
#define MITE_CONV_SCALAR_FOUR_H

#include "scalar.h"

// How `four` goes through the channels of four pixels; it knows these places by number, and changes the first, out and packed.
typedef struct {
    const int8_t *weights;
    int32_t entry;          // where in the loop of 16 taps a row begins, in bytes of code
    const int32_t *columns;
    int32_t turns;          // twice how often that loop runs; one less if more follows
    int8_t *out;
    const int32_t *packed;
    int32_t rounding;       // 2 * zero point + 1
    int32_t lane[3];        // as in tile_t, but the first
    int8_t *end;
    int32_t positive;
    const int32_t *more;    // where the columns go on, by turns of 16 taps
    int32_t more_turns;     // twice how many
} four_t;

enum { BLOCK_CODE = 56 }; // bytes of four taps' code in it

static int32_t least_shift(const mite_requant_t *r, int32_t channels) {
    int32_t least = 31;
    for (const int32_t *packed = r->packed; channels; channels--, packed += 2) {
        least = mite_quant_min(least, packed[1] & 31);
    }
    return least;
}

// Rows of at most SCALAR_TAPS taps, and shifts that leave `positive` a half to round with: at least 2, else 1.
// A low field is what its bits say with their sign; a high one what is above it and the low one's sign, which the shift leaves in the carry.
// If `positive`, bias, both roundings and the zero point are in what an output's product is added to (r8, r9); else what comes
// behind the first rounding is in r1, and numbers are doubled, so that the high word is what that leaves.
static __attribute__((noinline)) void four(four_t *t) {
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
#define STORED(LANE) "ldr r6, [%[t], #" LANE "]\nasr lr, lr, r3\nssat lr, #8, lr\nstrb lr, [r5, r6]\n"
    __asm volatile(
        "1: ldmia %[t], {r1, r6, r8, r9}\n"
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
        "str r1, [%[t]]\n"
        "ldrd r5, r6, [%[t], #16]\n"
        "ldrd r2, r3, [r6], #8\n" // multiplier; bias and shift
        "str r6, [%[t], #20]\n"
        "ldr r9, [%[t], #24]\n"
        "ldr r6, [%[t], #44]\n"
        "asr r4, r3, #5\n"
        "and r3, r3, #31\n"
        "cbz r6, 3f\n"
        "sub r3, r3, #1\n"
        "lsl r9, r9, r3\n"
        "asr r9, r9, #1\n"
        "mov r8, #0x40000000\n"
        "smlal r8, r9, r4, r2\n"
        HIGH("r12", "lr") SCALED STORED("36")
        LOW("r12") SCALED STORED("32")
        HIGH("r10", "r11") SCALED STORED("28")
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
        HIGH("r12", "lr") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("36")
        LOW("r12") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("32")
        HIGH("r10", "r11") "lsl r4, r4, #1\n" SCALED ROUNDED STORED("28")
        LOW("r10") "lsl r4, r4, #1\n"
        "smlal r8, r9, r4, r2\n"
        "add r9, r9, r9, asr #31\n"
        "add r9, r9, r1\n"
        "asr r9, r9, r3\n"
        "4: ldr r6, [%[t], #40]\n"
        "ssat r9, #8, r9\n"
        "strb r9, [r5], #1\n"
        "str r5, [%[t], #16]\n"
        "cmp r5, r6\n"
        "bne 1b\n"
        "b 6f\n"
        "5: ldrd r8, r9, [%[t], #48]\n"
        "b 2b\n"
        "6:\n"
        :
        : [t] "r"(t)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef TWO_TAPS
#undef LOW
#undef HIGH
#undef SCALED
#undef ROUNDED
#undef STORED
}

#endif
