// Small pictures of two channels at once on Armv7-M, from products to outputs (depthwise_scalar_small.h), written by hand: gcc runs out of
// registers.
#ifndef MITE_DEPTHWISE_SCALAR_SMALL_PAIRS_H
#define MITE_DEPTHWISE_SCALAR_SMALL_PAIRS_H

#include <stddef.h>

#include "depthwise_scalar_span.h"
#include "scalar.h"

// HALF keeps the lower two fields above zero: they never borrow. A pixel less the zero point is at most 255, so that the middle field has room
// for the products of TAPS taps, or of all if the weights' magnitudes, those of both channels, are no more than MAGNITUDES.
enum { SMALL_FIELD = 21, SMALL_HALF = 1 << (SMALL_FIELD - 1), SMALL_MAGNITUDES = (SMALL_HALF - 1) / 255, SMALL_TAPS = SMALL_MAGNITUDES / 256 };

SCALAR_INLINE int32_t small_pair(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + ((uint32_t)b << SMALL_FIELD));
}

// Pictures of two channels. `small_picture` knows these places by name; some are loaded together.
typedef struct {
    int32_t multiplier, shift, next_multiplier, next_shift; // shifts less one
    int64_t begin, next_begin;                              // what an output's product is added to: bias, both roundings, zero point
    int8_t *out;
    int32_t next; // bytes to the second channel's outputs
    int32_t step;
    int8_t *end; // of a row
    const int32_t *x, *w;
    int32_t x_row, taps; // bytes from a row of pixels to the next; rows of the windows
    const int32_t *pixels, *weights;
    const small_span_t *row, *row_end;
    const small_span_t *columns;
    int32_t out_row;
    const small_span_t *column;
} small_pair_t;

static __attribute__((noinline)) void small_picture(small_pair_t *q) {
#define SMALL_PLACE(NAME) [NAME] "i"(offsetof(small_pair_t, NAME))
#define SMALL_TWO(AT) \
    "ldrd r2, r3, [r1, #" AT "]\n" \
    "ldrd r5, r6, [r9, #" AT "]\n" \
    "smlal r10, r11, r2, r5\n" \
    "smlal r10, r11, r3, r6\n"
#define SMALL_ONE(AT) \
    "ldr r2, [r1, #" AT "]\n" \
    "ldr r5, [r9, #" AT "]\n" \
    "smlal r10, r11, r2, r5\n"
#define SMALL_NEXT \
    "add r1, r1, r12\n" \
    "add r9, r9, #32\n" \
    "subs lr, lr, #1\n"
    __asm volatile(
        "1: ldr r2, [%[q], %[row]]\n"
        "ldrd r1, r9, [%[q], %[pixels]]\n"
        "ldmia r2!, {r4, r5, r6}\n"
        "str r2, [%[q], %[row]]\n"
        "add r1, r1, r5\n"
        "add r9, r9, r6\n"
        "strd r1, r9, [%[q], %[x]]\n"
        "str r4, [%[q], %[taps]]\n"
        "ldrd r2, r3, [%[q], %[columns]]\n"
        "str r2, [%[q], %[column]]\n"
        "ldr r4, [%[q], %[out]]\n"
        "add r4, r4, r3\n"
        "str r4, [%[q], %[end]]\n"
        "2: ldr r2, [%[q], %[column]]\n"
        "ldrd r1, r9, [%[q], %[x]]\n"
        "ldrd r12, lr, [%[q], %[x_row]]\n"
        "ldmia r2!, {r4, r5, r6}\n"
        "str r2, [%[q], %[column]]\n"
        "add r1, r1, r5\n"
        "add r9, r9, r6\n"
        "mov r10, #0x100000\n"
        "mov r11, #0x200\n"
        "tbb [pc, r4]\n"
        "20: .byte 0, (21f - 20b) / 2, (22f - 20b) / 2, (23f - 20b) / 2, (24f - 20b) / 2, (25f - 20b) / 2, (26f - 20b) / 2, (27f - 20b) / 2\n"
        ".byte (28f - 20b) / 2, 0\n"
        "23: ldmia r1, {r2, r3, r4}\n"
        "ldmia r9, {r5, r6, r8}\n"
        "smlal r10, r11, r2, r5\n"
        "smlal r10, r11, r3, r6\n"
        "smlal r10, r11, r4, r8\n" SMALL_NEXT
        "bne 23b\n"
        "b 3f\n"
        "22:\n" SMALL_TWO("0") SMALL_NEXT
        "bne 22b\n"
        "b 3f\n"
        "21:\n" SMALL_ONE("0") SMALL_NEXT
        "bne 21b\n"
        "b 3f\n"
        "24:\n" SMALL_TWO("0") SMALL_TWO("8") SMALL_NEXT
        "bne 24b\n"
        "b 3f\n"
        "28:\n" SMALL_TWO("24")
        "26:\n" SMALL_TWO("16") SMALL_TWO("8") SMALL_TWO("0") SMALL_NEXT
        "beq 3f\n"
        "lsls r2, r4, #30\n"
        "bmi 26b\n"
        "b 28b\n"
        "27:\n" SMALL_TWO("20")
        "25:\n" SMALL_TWO("12") SMALL_TWO("4") SMALL_ONE("0") SMALL_NEXT
        "beq 3f\n"
        "lsls r2, r4, #30\n"
        "bpl 25b\n"
        "b 27b\n"
        "3: ubfx r10, r10, #0, #21\n"
        "asr r11, r11, #10\n"
        "ldmia %[q], {r1, r2, r3, r4, r5, r6, r8, r9}\n"
        "smlal r5, r6, r10, r1\n"
        "smlal r8, r9, r11, r3\n"
        "asr r6, r6, r2\n"
        "asr r9, r9, r4\n"
        "ldrd r1, r3, [%[q], %[out]]\n"
        "ldrd r2, r4, [%[q], %[step]]\n"
        "ssat r6, #8, r6\n"
        "ssat r9, #8, r9\n"
        "strb r9, [r1, r3]\n"
        "strb r6, [r1]\n"
        "add r1, r1, r2\n"
        "str r1, [%[q], %[out]]\n"
        "cmp r1, r4\n"
        "bne 2b\n"
        "ldrd r2, r3, [%[q], %[row]]\n"
        "cmp r2, r3\n"
        "bne 1b\n"
        :
        : [q] "r"(q), SMALL_PLACE(row), SMALL_PLACE(pixels), SMALL_PLACE(x), SMALL_PLACE(taps), SMALL_PLACE(columns), SMALL_PLACE(column),
          SMALL_PLACE(out), SMALL_PLACE(end), SMALL_PLACE(x_row), SMALL_PLACE(step)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef SMALL_PLACE
#undef SMALL_TWO
#undef SMALL_ONE
#undef SMALL_NEXT
}

#endif
