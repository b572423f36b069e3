// conv_2d_s8__dsp: all output channels of a tile, which is three, four or five output pixels whose taps lie in columns: for every 4 taps
// one word a pixel of the even ones, then one of the odd ones, doubled (dsp.h). Each function is one piece of assembly, as there is no
// register to spare: compilers keep some of the sums on the stack, which costs more than the multiplications. They take 80 bytes of stack.
#ifndef MITE_CONV_DSP_TILES_H
#define MITE_CONV_DSP_TILES_H

#include "dsp.h"

#define TEXT(x) #x
#define NUMBER(x) TEXT(x)

// Blocks of four taps in the code: in a loop, and once more behind it; the columns of the latter may lie elsewhere, but not those of four
// pixels. Where code must be small there are tiles of three pixels only. MITE_COMPACT: every op is to fit into one native module.
#ifdef __OPTIMIZE_SIZE__
enum { LANES_MOST = 3 };
#else
#ifdef MITE_COMPACT
#define UNROLLED_PAIRS 2
#define UNROLLED4 2
#define UNROLLED5 2
#else
#define UNROLLED_PAIRS 4
#define UNROLLED4 6
#define UNROLLED5 6
#endif
#define STRAIGHT4 4
#define STRAIGHT5 14
enum { LANES_MOST = 5 };
#endif
#define STRAIGHT3 2

// In this order the functions below have it on the stack.
typedef struct {
    const int32_t *rest;   // where the columns of the blocks behind the loop lie
    int32_t entry;         // see tile_taps()
    const int32_t *packed; // of the first channel: multiplier, bias << 5 | shift
    int8_t *out;           // of the first pixel
    int32_t step, far;     // from the first pixel's output to the second's; to the fourth's, of three pixels to the third's
    int32_t rounding;      // 2 * zero point + 1
    const int8_t *end;     // `out` behind the last channel
    int32_t linear;        // the zero point is not -128: see DSP_LINEAR
    const int32_t *loop_end;
    const int32_t *columns;
    const int8_t *weights;
} tile_t;

// So many blocks there are: how many behind the first come before the first jump back, in what is behind the loop or, negative, in the loop;
// and where the columns lie, up to `end`.
static inline void tile_taps(tile_t *t, int32_t blocks, const int32_t *end, int32_t lanes) {
#ifdef __OPTIMIZE_SIZE__
    int32_t straight = STRAIGHT3, unrolled = 1;
#else
    int32_t straight = lanes == 5 ? STRAIGHT5 : lanes == 4 ? STRAIGHT4 : STRAIGHT3, unrolled = lanes == 5 ? UNROLLED5 : lanes == 4 ? UNROLLED4 : UNROLLED_PAIRS;
#endif
    int32_t looped = blocks - 2 - straight;
    t->entry = looped < 0 ? blocks - 1 : ~(looped % unrolled);
    t->rest = t->loop_end = end - straight * 2 * lanes;
}

// Four taps of one channel: r10 and r11 are the weights, lr where they lie, r12 where the taps lie. The last pixel's sum is what all of
// them begin with, in the first block.
#define EVEN_TAPS(xs) \
    "ldr r11, [lr], #4\n" \
    "ldmia r12!, {" xs "}\n" \
    "sxtb16 r10, r11\n"
#define ODD_TAPS(xs) \
    "ldmia r12!, {" xs "}\n" \
    "sxtb16 r11, r11, ror #8\n"
#define BLOCK(xs, add) EVEN_TAPS(xs) add("r10") ODD_TAPS(xs) add("r11")
#define FIRST3(last) "smlad r4, r10, r0, " last "\nsmlad r5, r10, r1, " last "\nsmlad r6, r10, r2, " last "\n"
#define FIRST4(last) FIRST3(last) "smlad r7, r10, r3, " last "\n"
#define FIRST5(last) FIRST4(last) "smlad r8, r10, r9, " last "\n"
#define ADD3(w) "smlad r4, " w ", r0, r4\nsmlad r5, " w ", r1, r5\nsmlad r6, " w ", r2, r6\n"
#define ADD4(w) ADD3(w) "smlad r7, " w ", r3, r7\n"
#define ADD5(w) ADD4(w) "smlad r8, " w ", r9, r8\n"

// Sum to output (as dsp_requant), and where it goes: r0 multiplier, r1 shift, r3 the first pixel's, r9 step, r10 far, r11 what is added.
#define RELU_OUTPUT(sum, to) \
    "smmlar " sum ", " sum ", r0, r11\n" \
    "asr " sum ", " sum ", r1\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", " to "\n"
#define LINEAR_OUTPUT(sum, to) \
    "add r12, r11, " sum ", asr #31\n" \
    "smmlar " sum ", " sum ", r0, r12\n" \
    "asr " sum ", " sum ", r1\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", " to "\n"
#define OUTPUTS3(one) one("r6", "[r3, r10]") one("r5", "[r3, r9]") one("r4", "[r3], #1")
#define OUTPUTS4(one) one("r7", "[r3, r10]") one("r6", "[r3, r9, lsl #1]") one("r5", "[r3, r9]") one("r4", "[r3], #1")
#define OUTPUTS5(one) one("r8", "[r3, r9, lsl #2]") OUTPUTS4(one)

#define SCALE \
    "ldrd r0, r1, [r2], #8\n" \
    "ands r1, r1, #31\n" \
    "lsl r11, r11, r1\n" \
    "asr r11, r11, #1\n"

// A tile's function. lanes: its pixels; unrolled, straight: blocks in the loop, and behind it; xs: registers of their taps; last: the last
// pixel's sum; first, add: a block's multiplications; compare: is this the loop's end? rest: on to the columns behind it; outputs: of each
// sum what is made of it.
// Behind the sums one LDM fetches all that turns them into outputs, and jumps.
#define TILE(lanes, unrolled, straight, xs, last, first, add, compare, rest, outputs) \
    __asm( \
        "push {r4-r11, lr}\n" \
        "ldmia r0, {r1-r12}\n" \
        "adr.w lr, 8f\n" \
        "cmp r2, #0\n" \
        "itt lt\n" \
        "rsblt r2, r2, #0\n" \
        "adrlt.w lr, 3f\n" \
        "movs r0, #" NUMBER(4 * (5 + 2 * lanes)) "\n" /* bytes of a block's code */ \
        "mls r2, r2, r0, lr\n" \
        "orr r2, r2, #1\n" \
        "adr.w r0, 4f\n" \
        "cmp r9, #0\n" \
        "it ne\n" \
        "adrne.w r0, 5f\n" \
        "orr r9, r0, #1\n" \
        "push {r1-r11}\n" \
        "mov lr, r12\n" \
        "mov r2, r3\n" \
        "mov r8, r10\n" \
        "1: ldr r12, [sp, #40]\n" \
        "ldr " last ", [r2, #4]\n" \
        "asr " last ", " last ", #5\n" \
        "lsl " last ", " last ", #1\n" \
        EVEN_TAPS(xs) first(last) ODD_TAPS(xs) add("r11") \
        "ldr pc, [sp, #4]\n" \
        "2:\n" \
        ".rept " NUMBER(unrolled) "\n" \
        BLOCK(xs, add) \
        ".endr\n" \
        "3: " compare \
        "bne 2b\n" \
        rest \
        ".rept " NUMBER(straight) "\n" \
        BLOCK(xs, add) \
        ".endr\n" \
        "8: ldmia sp, {r0-r3, r9-r12, pc}\n" \
        "5:" SCALE \
        "beq 6f\n" /* without a shift there is no second rounding */ \
        outputs(LINEAR_OUTPUT) \
        "ldr r12, [sp, #28]\n" \
        "b 9f\n" \
        "4:" SCALE \
        "6:" outputs(RELU_OUTPUT) \
        "9: strd r2, r3, [sp, #8]\n" \
        "cmp r3, r12\n" \
        "bne 1b\n" \
        "add sp, sp, #44\n" \
        "pop {r4-r11, pc}\n")

// The compiler must not think that it knows which registers these leave alone. ADR counts from a multiple of 4.
#define NAKED __attribute__((naked, noinline, noipa, aligned(4)))
#define UNSEEN __attribute__((unused))

static NAKED void tile3(UNSEEN const tile_t *t) {
    TILE(3, 1, STRAIGHT3, "r0, r1, r2", "r6", FIRST3, ADD3, "cmp r12, r8\n", "ldr r12, [sp]\n", OUTPUTS3);
}

#ifndef __OPTIMIZE_SIZE__
static NAKED void tile4(UNSEEN const tile_t *t) {
    TILE(4, UNROLLED4, STRAIGHT4, "r0, r1, r2, r3", "r7", FIRST4, ADD4, "cmp r12, r8\n", "", OUTPUTS4);
}

static NAKED void tile5(UNSEEN const tile_t *t) {
    TILE(5, UNROLLED5, STRAIGHT5, "r0, r1, r2, r3, r9", "r8", FIRST5, ADD5, "ldr r0, [sp, #36]\ncmp r12, r0\n", "ldr r12, [sp]\n", OUTPUTS5);
}

// Three pixels, of which each word serves two channels: r3 to r5 and r6 to r8 are their sums, r10 and r11 their weights. There is no
// register for how far apart these lie.
#define BOTH_EVEN(one, other) \
    "ldr.w r0, [sp]\n" \
    "ldr r11, [lr, r0]\n" \
    "ldr r10, [lr], #4\n" \
    "ldmia r12!, {r0, r1, r2}\n" \
    "sxtb16 r9, r10\n" \
    "smlad r3, r9, r0, " one("r3", "r5") "\nsmlad r4, r9, r1, " one("r4", "r5") "\nsmlad r5, r9, r2, r5\n" \
    "sxtb16 r9, r11\n" \
    "smlad r6, r9, r0, " other("r6", "r8") "\nsmlad r7, r9, r1, " other("r7", "r8") "\nsmlad r8, r9, r2, r8\n"
#define BOTH_ODD \
    "ldmia r12!, {r0, r1, r2}\n" \
    "sxtb16 r10, r10, ror #8\n" \
    "smlad r3, r10, r0, r3\nsmlad r4, r10, r1, r4\nsmlad r5, r10, r2, r5\n" \
    "sxtb16 r11, r11, ror #8\n" \
    "smlad r6, r11, r0, r6\nsmlad r7, r11, r1, r7\nsmlad r8, r11, r2, r8\n"
#define ITSELF(sum, last) sum
#define LAST(sum, last) last
#define SCALE_PAIR \
    "ldrd r0, r1, [r2], #8\n" \
    "ands r1, r1, #31\n" \
    "lsl r12, r12, r1\n" \
    "asr r12, r12, #1\n"
#define RELU_OF_PAIR(sum, to) \
    "smmlar " sum ", " sum ", r0, r12\nasr " sum ", " sum ", r1\nssat " sum ", #8, " sum "\nstrb " sum ", " to "\n"
#define LINEAR_OF_PAIR(sum, to) \
    "add r11, r12, " sum ", asr #31\n" \
    "smmlar " sum ", " sum ", r0, r11\nasr " sum ", " sum ", r1\nssat " sum ", #8, " sum "\nstrb " sum ", " to "\n"
#define OUTPUTS_OF_PAIR(one, a, b, c) one(c, "[r9, r10, lsl #1]") one(b, "[r9, r10]") one(a, "[r9], #1")

static NAKED void tile3_pairs(UNSEEN const tile_t *t) {
    __asm(
        "push {r4-r11, lr}\n"
        "ldmia r0, {r1-r12}\n"
        "adr.w lr, 8f\n"
        "cmp r2, #0\n"
        "itt lt\n"
        "rsblt r2, r2, #0\n"
        "adrlt.w lr, 3f\n"
        "movs r0, #84\n" // bytes of a block's code
        "mls lr, r2, r0, lr\n"
        "orr lr, lr, #1\n"
        "adr.w r0, 4f\n"
        "cmp r9, #0\n"
        "it ne\n"
        "adrne.w r0, 5f\n"
        "orr r9, r0, #1\n"
        "mov r2, r1\n"
        "sub r1, r10, r11\n"
        "movs r0, #6\n"
        "sdiv r1, r1, r0\n"
        "adds r1, #4 * " NUMBER(STRAIGHT3) "\n" // bytes of a channel's weights
        "push {r1-r11, lr}\n"
        "mov lr, r12\n"
        "mov r2, r3\n"
        "1: ldr r12, [sp, #40]\n"
        "ldr r5, [r2, #4]\n"
        "ldr r8, [r2, #12]\n"
        "asr r5, r5, #5\n"
        "lsl r5, r5, #1\n"
        "asr r8, r8, #5\n"
        "lsl r8, r8, #1\n"
        BOTH_EVEN(LAST, LAST) BOTH_ODD
        "ldr pc, [sp, #44]\n"
        "2:\n"
        ".rept " NUMBER(UNROLLED_PAIRS) "\n"
        BOTH_EVEN(ITSELF, ITSELF) BOTH_ODD
        ".endr\n"
        "3: ldr r0, [sp, #36]\n"
        "cmp r12, r0\n"
        "bne 2b\n"
        "ldr r12, [sp, #4]\n"
        ".rept " NUMBER(STRAIGHT3) "\n"
        BOTH_EVEN(ITSELF, ITSELF) BOTH_ODD
        ".endr\n"
        "8: ldmia sp, {r0-r2, r9-r12}\n"
        "add lr, lr, r0\n"
        "ldr pc, [sp, #32]\n"
        "5:" SCALE_PAIR
        "beq 6f\n"
        OUTPUTS_OF_PAIR(LINEAR_OF_PAIR, "r3", "r4", "r5")
        "0: ldr r12, [sp, #24]\n"
        SCALE_PAIR
        "beq 7f\n"
        OUTPUTS_OF_PAIR(LINEAR_OF_PAIR, "r6", "r7", "r8")
        "b 9f\n"
        "6:" OUTPUTS_OF_PAIR(RELU_OF_PAIR, "r3", "r4", "r5")
        "b 0b\n"
        "4:" SCALE_PAIR OUTPUTS_OF_PAIR(RELU_OF_PAIR, "r3", "r4", "r5")
        "ldr r12, [sp, #24]\n"
        SCALE_PAIR
        "7:" OUTPUTS_OF_PAIR(RELU_OF_PAIR, "r6", "r7", "r8")
        "9: strd r2, r9, [sp, #8]\n"
        "ldr r0, [sp, #28]\n"
        "cmp r9, r0\n"
        "bne 1b\n"
        "add sp, sp, #48\n"
        "pop {r4-r11, pc}\n");
}

// Three pixels: channels in pairs, and what is left. (In place: a copy would lie on the stack.)
static inline void tile3_channels(tile_t *t) {
    const int8_t *end = t->end;
    int32_t count = (int32_t)(end - t->out), paired = t->far == 2 * t->step ? count & ~1 : 0;
    if (paired) {
        t->end = t->out + paired;
        tile3_pairs(t);
        t->end = end;
    }
    if (paired < count) {
        int32_t bytes = (int32_t)(t->loop_end - t->columns) * 2 / 3 + 4 * STRAIGHT3, entry = t->entry;
        t->out += paired;
        t->packed += 2 * paired;
        t->weights += paired * bytes;
        t->entry = entry < 0 ? ~0 : entry;
        tile3(t);
        t->out -= paired;
        t->packed -= 2 * paired;
        t->weights -= paired * bytes;
        t->entry = entry;
    }
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
#define SPREAD_ARGUMENTS UNSEEN int32_t *to, UNSEEN const int8_t *from, UNSEEN int32_t step, UNSEEN int32_t far, UNSEEN const int32_t *end

#define LOADS4 "ldr r7, [r1, r3]\nldr r6, [r1, r2, lsl #1]\nldr r5, [r1, r2]\n"

static NAKED void spread4(SPREAD_ARGUMENTS) {
    SPREAD(LOADS4, HALVES3 HALVES("r7", "r12"), "r4, r5, r6, r7", "r9, r10, r11, r12");
}

static NAKED void spread5(SPREAD_ARGUMENTS) {
    SPREAD("ldr r8, [r1, r2, lsl #2]\n" LOADS4, HALVES3 HALVES("r7", "r12") HALVES("r8", "lr"), "r4, r5, r6, r7, r8", "r9, r10, r11, r12, lr");
}
#endif

static inline void tile(tile_t *t, int32_t lanes) {
#ifdef __OPTIMIZE_SIZE__
    (void)lanes;
    tile3(t);
#else
    if (lanes == 5) {
        tile5(t);
    } else if (lanes == 4) {
        tile4(t);
    } else {
        tile3_channels(t);
    }
#endif
}

#endif
