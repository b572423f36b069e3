// The inner part of conv_rows.h: four multiply-adds an instruction.
//
// A word x0 + x1 * 2^ROWS_FIELD of two pixels times a word w1 + w0 * 2^ROWS_FIELD of two taps is x0 * w1, (x0 * w0 + x1 * w1) and x1 * w0 in
// three fields: what the two pixels give to three outputs in a row. SMLAL adds that up in 64 bits. Positions are every second
// output: the middle field is that output, and the one between two positions is the first's high field and the second's low one.
#ifndef MITE_CONV_ROWS_SUMS_H
#define MITE_CONV_ROWS_SUMS_H

#include <stddef.h>
#include <stdint.h>

// Sums of products up to ROWS_MOST fit a field. All but the highest begin with ROWS_LIFT, so that none is negative and borrows from
// the next: all outputs are too high by that.
enum { ROWS_FIELD = 21, ROWS_MOST = (1 << 20) - 1, ROWS_LIFT = 1 << 20 };

// A chain is two words of weights side by side: the second meets the words of pixels that the first meets one position later, so that a
// block of 3 positions takes 4 words of pixels, one of 2 positions 3. Singles come in pairs, with words of pixels of their own.
typedef struct {
    const int32_t *pixels, *weights;
    int32_t jump; // bytes of code: a loop makes eight chains, or four pairs of singles, but the first time fewer
    const int32_t *end; // of the weights
} rows_run_t;

// Blocks of a row of outputs, one after another; or, where each row has only one, of a column. Places and order are those of the code below.
typedef struct {
    rows_run_t chains, singles;
    int32_t chain_advance, single_advance; // bytes of pixels to the next block
    int32_t blocks;
    int32_t left;   // outputs, from the block's first position on
    int8_t *out;    // of the first position
    int32_t before; // where from there the output before it is; 0 where there is none: what is written is overwritten at once
    int32_t carry;  // its part from the block before
    // Where fields are emptied on the way: the part at hand (0: there is one only), all, bytes from one to the next, and where the first begins.
    int32_t part, parts;
    int32_t chain_pixels, chain_weights, single_pixels, single_weights;
    const int32_t *first_chain, *first_chain_end, *first_single, *first_single_end;
    int32_t sums[7]; // 0 before the first
    int32_t step;    // bytes from an output to the next
    int32_t multiplier, shift, add, sign; // as dsp_scale_t, or scalar_scale_t, has them
    int32_t begin, begin_high; // the doubled bias; or with begin_high as scalar_scale_t
    int32_t next_out, next_left, next_before; // what is added for the next block to the place and the outputs left; its `before`
} rows_blocks_t;

typedef char rows_blocks_layout[offsetof(rows_blocks_t, chain_advance) == 32 && offsetof(rows_blocks_t, part) == 60
                                && offsetof(rows_blocks_t, sums) == 100 && offsetof(rows_blocks_t, step) == 128
                                && offsetof(rows_blocks_t, next_out) == 156 ? 1 : -1];

// All instructions have four bytes, so that some can be jumped over.
#define ROWS_CHAIN3 \
    "ldrd r6, r8, [r1], #8\n" \
    "ldmia.w r0!, {r2, r3, r4, r5}\n" \
    "smlal r7, r9, r6, r2\n" \
    "smlal r10, r11, r6, r3\n" \
    "smlal r12, lr, r6, r4\n" \
    "smlal r7, r9, r8, r3\n" \
    "smlal r10, r11, r8, r4\n" \
    "smlal r12, lr, r8, r5\n"
#define ROWS_SINGLES3 \
    "ldrd r6, r8, [r1], #8\n" \
    "ldmia.w r0!, {r2, r3, r4}\n" \
    "smlal r7, r9, r6, r2\n" \
    "smlal r10, r11, r6, r3\n" \
    "smlal r12, lr, r6, r4\n" \
    "ldmia.w r0!, {r2, r3, r4}\n" \
    "smlal r7, r9, r8, r2\n" \
    "smlal r10, r11, r8, r3\n" \
    "smlal r12, lr, r8, r4\n"
#define ROWS_CHAIN2 \
    "ldrd r6, r8, [r1], #8\n" \
    "ldmia.w r0!, {r2, r3, r4}\n" \
    "smlal r7, r9, r6, r2\n" \
    "smlal r10, r11, r6, r3\n" \
    "smlal r7, r9, r8, r3\n" \
    "smlal r10, r11, r8, r4\n"
#define ROWS_SINGLES2 \
    "ldrd r6, r8, [r1], #8\n" \
    "ldmia.w r0!, {r2, r3, r4, r5}\n" \
    "smlal r7, r9, r6, r2\n" \
    "smlal r10, r11, r6, r3\n" \
    "smlal r7, r9, r8, r4\n" \
    "smlal r10, r11, r8, r5\n"
enum { ROWS_CHAIN3_BYTES = 32, ROWS_CHAIN2_BYTES = 24, ROWS_SINGLES3_BYTES = 36, ROWS_SINGLES2_BYTES = 24 };

#define ROWS_FOUR(STEP) STEP STEP STEP STEP

// r3, the end of the weights, waits on the stack.
#define ROWS_LOOP(STEPS) \
    "cmp r1, r3\n" \
    "beq 72f\n" \
    "push {r3}\n" \
    "add pc, r2\n" \
    "nop\n" \
    "71:\n" STEPS \
    "ldr r2, [sp]\n" \
    "cmp r1, r2\n" \
    "bne 71b\n" \
    "add sp, #4\n" \
    "72:\n"

#define ROWS_PRODUCTS(CHAINS, SINGLES) \
    "push {r0}\n" \
    "1:\n" \
    "ldmia r0, {r0, r1, r2, r3}\n" \
    "mov r7, #0x100000\n" \
    "mov r9, #0x200\n" \
    "mov r10, r7\n" \
    "mov r11, r9\n" \
    "mov r12, r7\n" \
    "mov lr, r9\n" ROWS_LOOP(CHAINS) \
    "ldr r0, [sp]\n" \
    "adds r0, #16\n" \
    "ldmia r0, {r0, r1, r2, r3}\n" ROWS_LOOP(SINGLES) \
    "ldr r0, [sp]\n"

// The sums to r2 .. r7 (the output before the block, then its own) and, for the next block, to r8; or to r2 .. r5 and r6.
#define ROWS_FIELDS3 \
    "ubfx r2, r7, #0, #21\n" \
    "lsr r3, r7, #21\n" \
    "bfi r3, r9, #11, #10\n" \
    "ubfx r4, r10, #0, #21\n" \
    "add r4, r4, r9, asr #10\n" \
    "lsr r5, r10, #21\n" \
    "bfi r5, r11, #11, #10\n" \
    "ubfx r6, r12, #0, #21\n" \
    "add r6, r6, r11, asr #10\n" \
    "lsr r7, r12, #21\n" \
    "bfi r7, lr, #11, #10\n" \
    "asr r8, lr, #10\n"
#define ROWS_FIELDS2 \
    "ubfx r2, r7, #0, #21\n" \
    "lsr r3, r7, #21\n" \
    "bfi r3, r9, #11, #10\n" \
    "ubfx r4, r10, #0, #21\n" \
    "add r4, r4, r9, asr #10\n" \
    "lsr r5, r10, #21\n" \
    "bfi r5, r11, #11, #10\n" \
    "asr r6, r11, #10\n"

// With parts: adds up, and goes on with the next part unless it was the last.
#define ROWS_PARTS \
    "ldr r1, [r0, #60]\n" \
    "cmp r1, #0\n" \
    "beq 2f\n" \
    "subs r1, #1\n" \
    "str r1, [r0, #60]\n" \
    "add r1, r0, #100\n" \
    "ldmia r1, {r9, r10, r11, r12}\n" \
    "add r2, r9\n" \
    "add r3, r10\n" \
    "add r4, r11\n" \
    "add r5, r12\n" \
    "stmia r1!, {r2, r3, r4, r5}\n" \
    "ldmia r1, {r9, r10, r11}\n" \
    "add r6, r9\n" \
    "add r7, r10\n" \
    "add r8, r11\n" \
    "stmia r1, {r6, r7, r8}\n" \
    "ldr r1, [r0, #60]\n" \
    "cbz r1, 3f\n" \
    "add r1, r0, #68\n" \
    "ldmia r1, {r1, r2, r3, r4}\n" \
    "ldmia r0, {r5, r6, r7, r8, r9, r10, r11, r12}\n" \
    "add r5, r1\n" \
    "mov r6, r8\n" \
    "add r8, r2\n" \
    "add r9, r3\n" \
    "mov r10, r12\n" \
    "add r12, r4\n" \
    "stmia r0, {r5, r6, r7, r8, r9, r10, r11, r12}\n" \
    "b 1b\n" \
    "3:\n" \
    "mov r9, #0\n" \
    "strd r9, r9, [r0, #100]\n" \
    "strd r9, r9, [r0, #108]\n" \
    "strd r9, r9, [r0, #116]\n" \
    "str r9, [r0, #124]\n" \
    "ldr r1, [r0, #64]\n" \
    "str r1, [r0, #60]\n" \
    "add r1, r0, #84\n" \
    "ldmia r1, {r9, r10, r11, r12}\n" \
    "str r9, [r0, #4]\n" \
    "str r10, [r0, #12]\n" \
    "str r11, [r0, #20]\n" \
    "str r12, [r0, #28]\n" \
    "2:\n"

// HIGH: the register of what goes to the next block.
#define ROWS_CARRY(HIGH) \
    "ldr r1, [r0, #56]\n" \
    "add r2, r1\n" \
    "str " HIGH ", [r0, #56]\n"

// r9: the outputs that were left, r10: the first one's place.
#define ROWS_NEXT \
    "7:\n" \
    "add r1, r0, #156\n" \
    "ldmia r1, {r1, r2, r8}\n" \
    "add r10, r1\n" \
    "add r9, r2\n" \
    "ldr r3, [r0]\n" \
    "ldr r4, [r0, #16]\n" \
    "ldrd r5, r6, [r0, #32]\n" \
    "ldr r7, [r0, #40]\n" \
    "add r3, r5\n" \
    "add r4, r6\n" \
    "subs r7, #1\n" \
    "str r3, [r0]\n" \
    "str r4, [r0, #16]\n" \
    "str r7, [r0, #40]\n" \
    "strd r9, r10, [r0, #44]\n" \
    "str r8, [r0, #52]\n" \
    "bne 1b\n"

#if defined(__ARM_FEATURE_DSP)

// As dsp_requant does it. r9: multiplier, r10: shift, r11: add, r12: sign, lr: begin.
#define ROWS_POSITIVE(X) \
    "add " X ", lr, " X ", lsl #1\n" \
    "smmlar " X ", " X ", r9, r11\n" \
    "asr " X ", " X ", r10\n" \
    "ssat " X ", #8, " X "\n"
#define ROWS_LINEAR(X) \
    "add " X ", lr, " X ", lsl #1\n" \
    "and r1, r12, " X ", asr #31\n" \
    "add r1, r11\n" \
    "smmlar " X ", " X ", r9, r1\n" \
    "asr " X ", " X ", r10\n" \
    "ssat " X ", #8, " X "\n"
#define ROWS_SCALES \
    "add r1, r0, #128\n" \
    "ldmia r1, {r8, r9, r10, r11, r12, lr}\n" \
    "cmp r12, #0\n" \
    "bne 5f\n"
#define ROWS_FIRST \
    "4:\n" \
    "ldrd r9, r10, [r0, #44]\n" \
    "ldr r1, [r0, #52]\n" \
    "strb r2, [r10, r1]\n" \
    "strb r3, [r10]\n" \
    "add r1, r10, r8\n"

#define ROWS_OUTPUTS3 \
    ROWS_CARRY("r8") ROWS_SCALES \
    ROWS_POSITIVE("r2") ROWS_POSITIVE("r3") ROWS_POSITIVE("r4") ROWS_POSITIVE("r5") ROWS_POSITIVE("r6") ROWS_POSITIVE("r7") \
    ROWS_FIRST \
    "cmp r9, #5\n" \
    "blt 6f\n" \
    "strb r4, [r1]\n" \
    "strb r5, [r10, r8, lsl #1]\n" \
    "strb r6, [r1, r8, lsl #1]\n" \
    "strb r7, [r10, r8, lsl #2]\n" ROWS_NEXT \
    "b 9f\n" \
    "5:\n" \
    ROWS_LINEAR("r2") ROWS_LINEAR("r3") ROWS_LINEAR("r4") ROWS_LINEAR("r5") ROWS_LINEAR("r6") ROWS_LINEAR("r7") \
    "b 4b\n" \
    "6:\n" \
    "cmp r9, #2\n" \
    "blt 7b\n" \
    "strb r4, [r1]\n" \
    "beq 7b\n" \
    "strb r5, [r10, r8, lsl #1]\n" \
    "cmp r9, #4\n" \
    "blt 7b\n" \
    "strb r6, [r1, r8, lsl #1]\n" \
    "b 7b\n"
#define ROWS_OUTPUTS2 \
    ROWS_CARRY("r6") ROWS_SCALES \
    ROWS_POSITIVE("r2") ROWS_POSITIVE("r3") ROWS_POSITIVE("r4") ROWS_POSITIVE("r5") \
    ROWS_FIRST \
    "cmp r9, #3\n" \
    "blt 6f\n" \
    "strb r4, [r1]\n" \
    "strb r5, [r10, r8, lsl #1]\n" ROWS_NEXT \
    "b 9f\n" \
    "5:\n" \
    ROWS_LINEAR("r2") ROWS_LINEAR("r3") ROWS_LINEAR("r4") ROWS_LINEAR("r5") \
    "b 4b\n" \
    "6:\n" \
    "cmp r9, #2\n" \
    "blt 7b\n" \
    "strb r4, [r1]\n" \
    "b 7b\n"

#else

// As scalar_output does it, one after another: there are registers for one only.
#define ROWS_OUTPUTS(SUMS, HIGH, MOST) \
    ROWS_CARRY(HIGH) \
    "push " SUMS "\n" \
    "add r1, r0, #128\n" \
    "ldmia r1, {r3, r4, r5, r6, r7, r8, r9}\n" \
    "ldrd r12, r2, [r0, #44]\n" \
    "ldr r1, [r0, #52]\n" \
    "add r1, r2\n" \
    "cmp r12, #" MOST "\n" \
    "it gt\n" \
    "movgt r12, #" MOST "\n" \
    "4:\n" \
    "pop {lr}\n" \
    "lsl lr, lr, #1\n" \
    "mov r10, r8\n" \
    "mov r11, r9\n" \
    "smlal r10, r11, lr, r4\n" \
    "and lr, r7, r11, asr #31\n" \
    "add r11, lr\n" \
    "add r11, r6\n" \
    "asr r11, r11, r5\n" \
    "ssat r11, #8, r11\n" \
    "strb r11, [r1]\n" \
    "mov r1, r2\n" \
    "add r2, r3\n" \
    "subs r12, #1\n" \
    "bge 4b\n" \
    "ldrd r9, r10, [r0, #44]\n" \
    "rsbs r1, r9, #" MOST "\n" \
    "it gt\n" \
    "addgt sp, sp, r1, lsl #2\n" ROWS_NEXT
#define ROWS_OUTPUTS3 ROWS_OUTPUTS("{r2, r3, r4, r5, r6, r7}", "r8", "5")
#define ROWS_OUTPUTS2 ROWS_OUTPUTS("{r2, r3, r4, r5}", "r6", "3")

#endif

// All of b->blocks, at least one, each of three positions: five outputs, and the one between two blocks.
static __attribute__((noinline)) void rows_blocks3(rows_blocks_t *blocks) {
    register rows_blocks_t *b __asm("r0") = blocks;
    __asm volatile(".syntax unified\n"
        ROWS_PRODUCTS(ROWS_FOUR(ROWS_CHAIN3) ROWS_FOUR(ROWS_CHAIN3), ROWS_FOUR(ROWS_SINGLES3))
        ROWS_FIELDS3 ROWS_PARTS ROWS_OUTPUTS3
        "9: add sp, #4\n"
        : "+r"(b)
        :
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

// Of two positions: three outputs.
static __attribute__((noinline)) void rows_blocks2(rows_blocks_t *blocks) {
    register rows_blocks_t *b __asm("r0") = blocks;
    __asm volatile(".syntax unified\n"
        ROWS_PRODUCTS(ROWS_FOUR(ROWS_CHAIN2) ROWS_FOUR(ROWS_CHAIN2), ROWS_FOUR(ROWS_SINGLES2))
        ROWS_FIELDS2 ROWS_PARTS ROWS_OUTPUTS2
        "9: add sp, #4\n"
        : "+r"(b)
        :
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#endif
