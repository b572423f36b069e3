// All channels of four gathered pixels on Armv6-M, from the sums of products to the outputs, written by hand: gcc does not use the high
// registers, which can be added to.
#ifndef MITE_CONV_SCALAR_FOUR_THUMB1_H
#define MITE_CONV_SCALAR_FOUR_THUMB1_H

#include <stddef.h>

#include "conv_scalar_tile.h"

enum { FOUR_BLOCK = 74 }; // bytes of the code for four taps in `four`, which does sixteen in a turn

// Does `four` do a tile's channels? A second rounding that takes halves away from zero needs a shift.
static __attribute__((noinline)) void four_begin(tile_t *t, int32_t channels, int32_t lanes) {
    int32_t least = 31, turns = t->taps / 2;
    for (const int32_t *packed = t->requant->packed; channels; channels--, packed += 2) {
        least = mite_quant_min(least, packed[1] & 31);
    }
    t->quick = lanes == 4 && (t->positive || least);
    t->rounding = 2 * t->requant->zero_point + 1;
    t->entry = (-(t->first / 4) & 3) * FOUR_BLOCK;
    // What scalar_end makes good: it is there from the beginning.
    t->high_begin = turns;
    t->all_begin = -SCALAR_LIFT * turns;
    t->lift = SCALAR_LIFT;
    t->first_stop = t->columns + 2 * t->first;
    t->last_stop = t->first == t->taps ? t->first_stop : t->more + 2 * (t->taps - t->first);
}

// Between its products lr is the tile; behind them r3 is.
static __attribute__((noinline)) void four(tile_t *t) {
#define PRODUCTS \
    "muls r2, r1\n" \
    "muls r3, r1\n"
#define TWO_PRODUCTS \
    "adds r2, r4\n" \
    "adds r3, r5\n" \
    "add r2, r12\n" \
    "add r3, r12\n" \
    "add r8, r2\n" \
    "add r10, r3\n" \
    "asrs r2, #16\n" \
    "asrs r3, #16\n" \
    "add r9, r2\n" \
    "add r11, r3\n"
#define FOUR_TAPS \
    "ldmia r7!, {r6}\n" \
    "ldmia r0!, {r2, r3, r4, r5}\n" \
    "sxtb r1, r6\n" PRODUCTS \
    "lsls r1, r6, #16\n" \
    "asrs r1, #24\n" \
    "muls r4, r1\n" \
    "muls r5, r1\n" TWO_PRODUCTS \
    "ldmia r0!, {r2, r3, r4, r5}\n" \
    "lsls r1, r6, #8\n" \
    "asrs r1, #24\n" PRODUCTS \
    "asrs r6, #24\n" \
    "muls r4, r6\n" \
    "muls r5, r6\n" TWO_PRODUCTS
// The word of a pair's second pixel, or of its first.
#define HIGH(SUM) "mov r0, " SUM "\n"
#define LOW(ALL, SUM) \
    "mov r0, " ALL "\n" \
    "mov r1, " SUM "\n" \
    "lsls r1, #16\n" \
    "subs r0, r0, r1\n"
// See scalar_high_mul: r6 and r7 are the multiplier's halves, lr half of what is lost.
#define SCALED \
    "sxth r1, r0\n" \
    "subs r0, r0, r1\n" \
    "asrs r0, #16\n" \
    "movs r2, r6\n" \
    "muls r2, r0\n" \
    "movs r4, r6\n" \
    "muls r4, r1\n" \
    "asrs r4, #16\n" \
    "muls r1, r7\n" \
    "muls r0, r7\n" \
    "lsls r0, #1\n" \
    "adds r2, r4\n" \
    "adds r2, r1\n" \
    "add r2, lr\n" \
    "asrs r2, #15\n" \
    "adds r0, r2\n"
#define ROUNDED \
    "asrs r1, r0, #31\n" \
    "adds r0, r1\n"
#define STORED(LANE) \
    "add r0, r12\n" \
    "asrs r0, r5\n" \
    "sxtb r1, r0\n" \
    "cmp r1, r0\n" \
    "beq 7f\n" \
    "asrs r0, #31\n" \
    "movs r1, #127\n" \
    "eors r0, r1\n" \
    "7: ldr r1, [r3, %[out]]\n" LANE
#define AT(LANE) \
    "ldr r2, [r3, %[" LANE "]]\n" \
    "strb r0, [r1, r2]\n"
#define LAST \
    "strb r0, [r1]\n" \
    "adds r1, #1\n" \
    "str r1, [r3, %[out]]\n"
    const int32_t *stop;
    register tile_t *tile __asm("r0") = t; // all low registers are used
    __asm volatile(
        ".syntax unified\n"
        "mov lr, r0\n"
        "1: mov r3, lr\n"
        "ldr r6, [r3, %[packed]]\n"
        "ldr r4, [r6, #4]\n"
        "asrs r4, #5\n" // the bias
        "ldr r1, [r3, %[all_begin]]\n"
        "adds r1, r4\n"
        "lsls r2, r4, #16\n"
        "adds r1, r2\n"
        "ldr r2, [r3, %[high_begin]]\n"
        "adds r2, r4\n"
        "mov r8, r1\n"
        "mov r10, r1\n"
        "mov r9, r2\n"
        "mov r11, r2\n"
        "ldr r1, [r3, %[lift]]\n"
        "mov r12, r1\n"
        "ldr r0, [r3, %[columns]]\n"
        "ldr r7, [r3, %[weights]]\n"
        "ldr r1, [r3, %[first_stop]]\n"
        "str r1, %[stop]\n"
        "ldr r2, [r3, %[entry]]\n"
        "add pc, r2\n"
        "nop\n"
        "2:\n" FOUR_TAPS FOUR_TAPS FOUR_TAPS FOUR_TAPS
        "ldr r1, %[stop]\n"
        "cmp r0, r1\n"
        "beq 8f\n"
        "b 2b\n"
        "8:\n"
        "mov r3, lr\n"
        "ldr r1, [r3, %[last_stop]]\n"
        "cmp r0, r1\n"
        "beq 3f\n"
        "str r1, %[stop]\n"
        "ldr r0, [r3, %[more]]\n"
        "b 2b\n"
        "3: str r7, [r3, %[weights]]\n"
        "ldr r2, [r3, %[packed]]\n"
        "ldmia r2!, {r0, r1}\n"
        "str r2, [r3, %[packed]]\n"
        "uxth r6, r0\n"
        "lsrs r7, r0, #16\n"
        "movs r5, #31\n"
        "ands r5, r1\n"
        "ldr r0, [r3, %[rounding]]\n"
        "lsls r0, r5\n"
        "asrs r0, #1\n"
        "mov r12, r0\n"
        "movs r0, #1\n"
        "lsls r0, #14\n"
        "mov lr, r0\n"
        "ldr r0, [r3, %[positive]]\n"
        "cmp r0, #0\n"
        "beq 4f\n"
        HIGH("r11") SCALED STORED(AT("lane3"))
        LOW("r10", "r11") SCALED STORED(AT("lane2"))
        HIGH("r9") SCALED STORED(AT("lane1"))
        LOW("r8", "r9") SCALED STORED(LAST)
        "b 5f\n"
        "4:\n"
        HIGH("r11") SCALED ROUNDED STORED(AT("lane3"))
        LOW("r10", "r11") SCALED ROUNDED STORED(AT("lane2"))
        HIGH("r9") SCALED ROUNDED STORED(AT("lane1"))
        LOW("r8", "r9") SCALED ROUNDED STORED(LAST)
        "5: mov lr, r3\n"
        "ldr r2, [r3, %[end]]\n"
        "cmp r1, r2\n"
        "beq 6f\n"
        "b 1b\n"
        "6:\n"
        : "+r"(tile), [stop] "=m"(stop)
        : [weights] "i"(offsetof(tile_t, weights)), [packed] "i"(offsetof(tile_t, packed)), [out] "i"(offsetof(tile_t, out)),
          [end] "i"(offsetof(tile_t, end)), [positive] "i"(offsetof(tile_t, positive)), [entry] "i"(offsetof(tile_t, entry)),
          [rounding] "i"(offsetof(tile_t, rounding)), [columns] "i"(offsetof(tile_t, columns)), [more] "i"(offsetof(tile_t, more)),
          [first_stop] "i"(offsetof(tile_t, first_stop)), [last_stop] "i"(offsetof(tile_t, last_stop)),
          [all_begin] "i"(offsetof(tile_t, all_begin)), [high_begin] "i"(offsetof(tile_t, high_begin)), [lift] "i"(offsetof(tile_t, lift)),
          [lane1] "i"(offsetof(tile_t, lane[1])), [lane2] "i"(offsetof(tile_t, lane[2])), [lane3] "i"(offsetof(tile_t, lane[3]))
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef PRODUCTS
#undef TWO_PRODUCTS
#undef FOUR_TAPS
#undef HIGH
#undef LOW
#undef SCALED
#undef ROUNDED
#undef STORED
#undef AT
#undef LAST
}

#endif
