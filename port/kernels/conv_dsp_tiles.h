// conv_2d_s8__dsp: all output channels of a tile, which is three, four or five output pixels whose taps lie in `columns`: for every 4 taps
// one word a pixel of the even ones, then one of the odd ones, doubled (dsp.h). Each function is one piece of assembly, as there is no
// register to spare: compilers keep some of the sums on the stack, which costs more than the multiplications.
#ifndef MITE_CONV_DSP_TILES_H
#define MITE_CONV_DSP_TILES_H

#include "dsp.h"

#define TEXT(x) #x
#define NUMBER(x) TEXT(x)

#ifdef __OPTIMIZE_SIZE__
#define UNROLLED 1 // blocks of four taps in a loop's code
enum { LANES_MOST = 4 };
#else
#define UNROLLED 8
enum { LANES_MOST = 5 };
#endif

// In this order the functions below have it on the stack.
typedef struct {
    const int32_t *columns;
    const int32_t *packed; // of the first channel: multiplier, bias << 5 | shift
    int8_t *out;           // of the first pixel
    int32_t step, far;     // from the first pixel's output to the second's; to the fourth's, of three pixels to the third's
    int32_t rounding;      // 2 * zero point + 1
    const int8_t *end;     // `out` behind the last channel
    int32_t skip;          // blocks of four taps behind the first, how many are left over where UNROLLED go together
    const int32_t *columns_end;
    int32_t linear;        // the zero point is not -128: see DSP_LINEAR
    const int32_t *rest;   // tile4_in_two: where the blocks behind the first HEAD_BLOCKS lie; columns_end and skip speak of these
    const int8_t *weights;
} tile_t;

// Four taps of one channel: r10 and r11 are the weights, r12 where they lie, lr where the taps lie. LAST: what the last pixel's sum
// begins with is what all of them begin with, in the first block.
#define EVEN_TAPS(xs) \
    "ldr r11, [r12], #4\n" \
    "ldmia lr!, {" xs "}\n" \
    "sxtb16 r10, r11\n"
#define ODD_TAPS(xs) \
    "ldmia lr!, {" xs "}\n" \
    "sxtb16 r11, r11, ror #8\n"
#define FIRST3(w, sum) "smlad r4, " w ", r0, " sum "\nsmlad r5, " w ", r1, " sum "\n"
#define ADD3(w) "smlad r4, " w ", r0, r4\nsmlad r5, " w ", r1, r5\nsmlad r6, " w ", r2, r6\n"
#define ADD4(w) ADD3(w) "smlad r7, " w ", r3, r7\n"
#define ADD5(w) ADD4(w) "smlad r8, " w ", r9, r8\n"

// Sum to output, and where it goes.
#define RELU_OUTPUT(sum, to) \
    "smmlar " sum ", " sum ", r0, r10\n" \
    "asr " sum ", " sum ", lr\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", " to "\n"
#define LINEAR_OUTPUT(sum, to) \
    "add r11, r10, " sum ", asr #31\n" \
    "smmlar " sum ", " sum ", r0, r11\n" \
    "asr " sum ", " sum ", lr\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", " to "\n"

// A tile's function. lanes: its pixels; xs: registers of their taps; bias: the last pixel's sum; first, add: a block's multiplications;
// head: what comes between the first block and those that a loop goes through; outputs: of each sum but the first, RELU_OUTPUT or LINEAR_OUTPUT.
#define TILE(lanes, xs, bias, first, add, head, outputs) \
    __asm( \
        "push {r4-r11, lr}\n" \
        "ldmia r0, {r1-r12}\n" \
        "movs lr, #" NUMBER(4 * (5 + 2 * lanes)) "\n" /* bytes of a block's code ... */ \
        "mul r8, r8, lr\n" \
        "adr.w lr, 3f\n" \
        "sub r8, lr, r8\n" /* ... so many of which are left over */ \
        "orr r8, r8, #1\n" \
        "adr.w lr, 4f\n" \
        "cmp r10, #0\n" \
        "beq 0f\n" \
        "adr.w lr, 5f\n" \
        "0: orr r10, lr, #1\n" \
        "push {r1-r11}\n" \
        "1: ldrd lr, r0, [sp]\n" \
        "ldr " bias ", [r0, #4]\n" \
        "asr " bias ", " bias ", #5\n" \
        "lsl " bias ", " bias ", #1\n" \
        EVEN_TAPS(xs) first ODD_TAPS(xs) add("r11") \
        head \
        "ldr pc, [sp, #28]\n" \
        "2:\n" \
        ".rept " NUMBER(UNROLLED) "\n" \
        EVEN_TAPS(xs) add("r10") ODD_TAPS(xs) add("r11") \
        ".endr\n" \
        "3: ldr r0, [sp, #32]\n" \
        "cmp lr, r0\n" \
        "bne 2b\n" \
        "ldmia sp, {r0, r1, r2, r3, r9, r10, r11}\n" \
        "ldrd r0, lr, [r1], #8\n" \
        "ands lr, lr, #31\n" \
        "lsl r10, r10, lr\n" \
        "asr r10, r10, #1\n" \
        "ldr pc, [sp, #36]\n" \
        "5: beq 4f\n" /* without a shift there is no second rounding */ \
        outputs(LINEAR_OUTPUT) \
        LINEAR_OUTPUT("r4", "[r2], #1") \
        "ldr r11, [sp, #24]\n" \
        "strd r1, r2, [sp, #4]\n" \
        "cmp r2, r11\n" \
        "bne 1b\n" \
        "b 6f\n" \
        "4:\n" \
        outputs(RELU_OUTPUT) \
        RELU_OUTPUT("r4", "[r2], #1") \
        "strd r1, r2, [sp, #4]\n" \
        "cmp r2, r11\n" \
        "bne 1b\n" \
        "6: add sp, sp, #44\n" \
        "pop {r4-r11, pc}\n")

// The compiler must not think that it knows which registers these leave alone. ADR counts from a multiple of 4.
#define NAKED __attribute__((naked, noinline, noipa, aligned(4)))

#define OUTPUTS3(one) one("r6", "[r2, r9]") one("r5", "[r2, r3]")
#define OUTPUTS4(one) one("r7", "[r2, r9]") one("r6", "[r2, r3, lsl #1]") one("r5", "[r2, r3]")
#define OUTPUTS5(one) one("r8", "[r2, r3, lsl #2]") OUTPUTS4(one)

#define FIRST4 FIRST3("r10", "r7") "smlad r6, r10, r2, r7\nsmlad r7, r10, r3, r7\n"

static NAKED void tile3(__attribute__((unused)) const tile_t *t) {
    TILE(3, "r0, r1, r2", "r6", FIRST3("r10", "r6") "smlad r6, r10, r2, r6\n", ADD3, "", OUTPUTS3);
}

static NAKED void tile4(__attribute__((unused)) const tile_t *t) {
    TILE(4, "r0, r1, r2, r3", "r7", FIRST4, ADD4, "", OUTPUTS4);
}

#ifndef __OPTIMIZE_SIZE__
static NAKED void tile5(__attribute__((unused)) const tile_t *t) {
    TILE(5, "r0, r1, r2, r3, r9", "r8",
         FIRST3("r10", "r8") "smlad r6, r10, r2, r8\nsmlad r7, r10, r3, r8\nsmlad r8, r10, r9, r8\n", ADD5, "", OUTPUTS5);
}

// Four pixels whose first blocks lie apart from the rest.
enum { HEAD_BLOCKS = 4 };

static NAKED void tile4_in_two(__attribute__((unused)) const tile_t *t) {
    TILE(4, "r0, r1, r2, r3", "r7", FIRST4, ADD4,
         ".rept 3\n" EVEN_TAPS("r0, r1, r2, r3") ADD4("r10") ODD_TAPS("r0, r1, r2, r3") ADD4("r11") ".endr\n"
         "ldr lr, [sp, #40]\n", OUTPUTS4);
}

// The columns of a tile's pixels, side by side, from `to` to `end`. Steps from one pixel to others in bytes, as tile_t has them of outputs.
#define SPREAD(loads, halves, evens, odds) \
    __asm( \
        "push {r4-r11, lr}\n" \
        "1:\n" \
        loads \
        "ldr r4, [r1], #4\n" \
        halves \
        "stmia r0!, {" evens "}\n" \
        "stmia r0!, {" odds "}\n" \
        "ldr r4, [sp, #36]\n" \
        "cmp r0, r4\n" \
        "bne 1b\n" \
        "pop {r4-r11, pc}\n")

#define HALVES(even, odd) \
    "sxtb16 " odd ", " even ", ror #8\n" \
    "sxtb16 " even ", " even "\n" \
    "sadd16 " odd ", " odd ", " odd "\n" \
    "sadd16 " even ", " even ", " even "\n"
#define HALVES3 HALVES("r4", "r9") HALVES("r5", "r10") HALVES("r6", "r11")
#define SPREAD_ARGUMENTS \
    __attribute__((unused)) int32_t *to, __attribute__((unused)) const int8_t *from, __attribute__((unused)) int32_t step, \
    __attribute__((unused)) int32_t far, __attribute__((unused)) const int32_t *end

static NAKED void spread3(SPREAD_ARGUMENTS) {
    SPREAD("ldr r6, [r1, r3]\nldr r5, [r1, r2]\n", HALVES3, "r4, r5, r6", "r9, r10, r11");
}

#define LOADS4 "ldr r7, [r1, r3]\nldr r6, [r1, r2, lsl #1]\nldr r5, [r1, r2]\n"

static NAKED void spread4(SPREAD_ARGUMENTS) {
    SPREAD(LOADS4, HALVES3 HALVES("r7", "r12"), "r4, r5, r6, r7", "r9, r10, r11, r12");
}

static NAKED void spread5(SPREAD_ARGUMENTS) {
    SPREAD("ldr r8, [r1, r2, lsl #2]\n" LOADS4, HALVES3 HALVES("r7", "r12") HALVES("r8", "lr"), "r4, r5, r6, r7, r8", "r9, r10, r11, r12, lr");
}
#endif

static inline void tile(const tile_t *t, int32_t lanes) {
#ifndef __OPTIMIZE_SIZE__
    if (lanes == 5) {
        tile5(t);
        return;
    }
#endif
    if (lanes == 4) {
        tile4(t);
    } else {
        tile3(t);
    }
}

#endif
