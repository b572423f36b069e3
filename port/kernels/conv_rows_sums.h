// The inner part of conv_rows.h: four multiply-adds an instruction.
//
// A word x0 + x1 * 2^ROWS_FIELD of two pixels times a word w1 + w0 * 2^ROWS_FIELD of two taps is x0 * w1, (x0 * w0 + x1 * w1) and x1 * w0 in
// three fields: what the two pixels give to three outputs in a row. SMLAL adds that up in 64 bits. Positions are every second
// output: the middle field is that output, and the one between two positions is the first's high field and the second's low one.
#ifndef MITE_CONV_ROWS_SUMS_H
#define MITE_CONV_ROWS_SUMS_H

#include <stddef.h>
#include <stdint.h>

// Sums of products up to ROWS_MOST fit the two lower fields, and those up to ROWS_HIGH_MOST the highest, which only the first tap of each word
// reaches. The lower ones begin with ROWS_LIFT, so that none is negative and borrows from the next: all outputs are too high by that.
enum { ROWS_FIELD = 22, ROWS_MOST = (1 << 21) - 1, ROWS_HIGH_MOST = (1 << 19) - 1, ROWS_LIFT = 1 << 21 };

// A chain is two words of weights side by side: the second meets the words of pixels that the first meets one position later, so that a
// block of 3 positions takes 4 words of pixels, one of 2 positions 3. Singles come in pairs, with words of pixels of their own.
//
// What follows is for blocks of a row of outputs, one after another, and then those of the next row. Places and order are those of
// the code below, which counts from `single_weights`.
typedef struct {
    int32_t advance;      // bytes of pixels to the next block
    const int32_t *pixels;
    const int32_t *chain_weights;
    int32_t chain_jump;   // bytes of code: a loop makes eight chains, or four pairs of singles, but the first time fewer
    int32_t begin[6];     // of the fields
    const int32_t *single_weights;
    int32_t single_jump;
    int32_t single_ahead; // bytes from the last chain's pixels to the first single's
    int32_t carry;        // the part that the block before has of the output before this block
    int32_t multiplier, shift, add; // as dsp_scale_t, or scalar_scale_t, has them
    int32_t mode;         // 1: there are parts, and `sign` is further down; else what those call sign, or away
    int32_t bias;         // doubled; or the lower half of scalar_scale_t's begin
    int32_t blocks;       // that are left of this row
    int32_t step;         // bytes from an output to the next
    int32_t before;       // where from `out` the output before it is; 0 where there is none: what is written is overwritten at once
    int8_t *out;          // of the block's first position
    int32_t next_out;     // bytes to that of the next block
    // Of the last block in a row where each output but the first goes: the last one's place again where there is no more. (Without DSP
    // the first word is the number of outputs, without the one before.)
    int32_t last[4];
    int32_t rows;         // that are left
    int32_t row_pixels, row_out; // bytes from a row's last block to the next one's first
    int32_t row_blocks, row_before;
    int32_t *carries;     // of each row, from blocks elsewhere and for those
    int32_t row_ahead;    // what is added to single_ahead
    // Where fields are emptied on the way, part by part: bytes from one to the next, and what has been added up.
    int32_t sums[7];      // 0 before the first
    int32_t part, parts;  // parts left, and all
    int32_t part_chain_pixels, part_chain_weights, part_single_weights, part_ahead;
    int32_t sign;
    int32_t three;        // blocks are of three positions, not two
    int32_t bias_high;    // the upper half of scalar_scale_t's begin
    const int32_t *chain_end, *single_end; // of the weights, or of the first part's
    int32_t first_ahead;  // single_ahead of the first row
} rows_blocks_t;

#define ROWS_AT(FIELD) ((int)offsetof(rows_blocks_t, FIELD) - (int)offsetof(rows_blocks_t, single_weights))
typedef char rows_blocks_layout[ROWS_AT(advance) == -40 && ROWS_AT(carry) == 12 && ROWS_AT(blocks) == 36 && ROWS_AT(last) == 56 && ROWS_AT(rows) == 72
                                && ROWS_AT(sums) == 100 && ROWS_AT(sign) == 152 && ROWS_AT(chain_end) == 164 ? 1 : -1];

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

// On the stack: where the counting begins, the end of the weights of chains and of singles, and the place of `carry`.
// Blocks of two positions come first in a loop's code, with a branch over those of three.
enum {
    ROWS_LOOP_BYTES = 8, ROWS_BRANCH_BYTES = 4,
    ROWS_CHAINS3_AT = 8 * ROWS_CHAIN2_BYTES + ROWS_LOOP_BYTES + ROWS_BRANCH_BYTES,
    ROWS_NO_CHAINS = ROWS_CHAINS3_AT + 8 * ROWS_CHAIN3_BYTES + ROWS_LOOP_BYTES,
    ROWS_NO_SINGLES2 = 4 * ROWS_SINGLES2_BYTES + ROWS_LOOP_BYTES,
    ROWS_SINGLES3_AT = ROWS_NO_SINGLES2 + ROWS_BRANCH_BYTES,
    ROWS_NO_SINGLES3 = ROWS_SINGLES3_AT + 4 * ROWS_SINGLES3_BYTES + ROWS_LOOP_BYTES,
};
#define ROWS_LOOP(STEPS, END) \
    "71:\n" STEPS \
    "ldr.n r2, [sp, #" END "]\n" \
    "cmp.n r1, r2\n" \
    "bne.w 71b\n"
#define ROWS_PRODUCTS \
    "ldr r1, [r0, #164]\n" \
    "ldr r2, [r0, #168]\n" \
    "add r3, r0, #12\n" \
    "push {r0, r1, r2, r3}\n" \
    "1:\n" \
    "ldr r0, [sp]\n" \
    "ldmdb r0, {r0, r1, r2, r7, r9, r10, r11, r12, lr}\n" \
    "add.n pc, r2\n" \
    "nop.n\n" \
    ROWS_LOOP(ROWS_FOUR(ROWS_CHAIN2) ROWS_FOUR(ROWS_CHAIN2), "4") \
    "b.w 72f\n" \
    ROWS_LOOP(ROWS_FOUR(ROWS_CHAIN3) ROWS_FOUR(ROWS_CHAIN3), "4") \
    "72:\n" \
    "ldr r3, [sp]\n" \
    "ldmia r3, {r1, r2, r3}\n" \
    "add r0, r3\n" \
    "add.n pc, r2\n" \
    "nop.n\n" \
    ROWS_LOOP(ROWS_FOUR(ROWS_SINGLES2), "8") \
    "b.w 2f\n" \
    ROWS_LOOP(ROWS_FOUR(ROWS_SINGLES3), "8")

// The sums to r2 .. r7 (the output before the block, then its own), or r2 .. r5, and, for the next block, to r8.
#define ROWS_FIELDS_FOUR \
    "ubfx r2, r7, #0, #22\n" \
    "lsr r3, r7, #22\n" \
    "bfi r3, r9, #10, #12\n" \
    "ubfx r4, r10, #0, #22\n" \
    "add r4, r4, r9, asr #12\n" \
    "lsr r5, r10, #22\n" \
    "bfi r5, r11, #10, #12\n"
#define ROWS_FIELDS3 \
    ROWS_FIELDS_FOUR \
    "ubfx r6, r12, #0, #22\n" \
    "add r6, r6, r11, asr #12\n" \
    "lsr r7, r12, #22\n" \
    "bfi r7, lr, #10, #12\n" \
    "asr r8, lr, #12\n"
#define ROWS_FIELDS2 \
    ROWS_FIELDS_FOUR \
    "asr r8, r11, #12\n"

// r1: carry, r9: multiplier, r10: shift, r11: add, r12: mode, lr: bias. From here on r0 is the place of `blocks`.
#define ROWS_SCALES "ldmia r0!, {r1, r9, r10, r11, r12, lr}\n"
#define ROWS_CARRY \
    "add r2, r1\n" \
    "str r8, [r0, #-24]\n"

// r1: blocks, r8: step, r9: before, r10: out, r11: next_out.
#define ROWS_PLACES(WAY) \
    "ldmia r0, {r1, r8, r9, r10, r11}\n" \
    "subs r1, #1\n" \
    "beq 8" WAY "\n"

// The next block of this row; or (8) of the next row, if there is one.
#define ROWS_NEXT(LAST) \
    "7:\n" \
    "add r10, r11\n" \
    "rsb r9, r8, #0\n" \
    "stmia r0, {r1, r8, r9, r10}\n" \
    "ldrd r2, r3, [r0, #-76]\n" \
    "add r3, r2\n" \
    "str r3, [r0, #-72]\n" \
    "b 1b\n" \
    "8:\n" \
    LAST \
    "ldmia r1, {r2, r3, r4, r5, r6, r7, r8}\n" \
    "ldr r9, [r0, #-24]\n" \
    "str r9, [r7], #4\n" \
    "ldr r9, [r7]\n" \
    "subs r2, #1\n" \
    "str r2, [r1]\n" \
    "beq 9f\n" \
    "str r9, [r0, #-24]\n" \
    "str r7, [r1, #20]\n" \
    "add r10, r4\n" \
    "str r5, [r0]\n" \
    "strd r6, r10, [r0, #8]\n" \
    "ldr r2, [r0, #-72]\n" \
    "add r2, r3\n" \
    "str r2, [r0, #-72]\n" \
    "ldr r2, [r0, #-28]\n" \
    "add r2, r8\n" \
    "str r2, [r0, #-28]\n" \
    "b 1b\n"

// With parts: adds up, and goes on with the next part unless it was the last.
#define ROWS_PARTS \
    "5:\n" \
    "add r1, r0, #64\n" \
    "ldmia r1, {r9, r10, r11, r12}\n" \
    "add r2, r9\n" \
    "add r3, r10\n" \
    "add r4, r11\n" \
    "add r5, r12\n" \
    "stmia r1!, {r2, r3, r4, r5}\n" \
    "ldmia r1, {r2, r3, r4, r5, r9, r10, r11, r12, lr}\n" \
    "add r6, r2\n" \
    "add r7, r3\n" \
    "add r8, r4\n" \
    "stmia r1!, {r6, r7, r8}\n" \
    "subs r5, #1\n" \
    "mov r2, #1\n" \
    "itt eq\n" \
    "moveq r5, r9\n" \
    "rsbeq r2, r9, #1\n" \
    "str r5, [r1]\n" \
    "ldrd r3, r4, [r0, #-72]\n" \
    "mla r3, r10, r2, r3\n" \
    "mla r4, r11, r2, r4\n" \
    "strd r3, r4, [r0, #-72]\n" \
    "ldr r3, [r0, #-36]\n" \
    "ldr r4, [r0, #-28]\n" \
    "mla r3, r12, r2, r3\n" \
    "mla r4, lr, r2, r4\n" \
    "str r3, [r0, #-36]\n" \
    "str r4, [r0, #-28]\n" \
    "ldrd r3, r4, [sp, #4]\n" \
    "mla r3, r11, r2, r3\n" \
    "mla r4, r12, r2, r4\n" \
    "strd r3, r4, [sp, #4]\n" \
    "cmp r2, #1\n" \
    "beq 1b\n" \
    "mov r9, #0\n" \
    "mov r10, #0\n" \
    "mov r11, #0\n" \
    "mov r12, #0\n" \
    "add r1, r0, #64\n" \
    "ldmia r1, {r2, r3, r4, r5, r6, r7, r8}\n" \
    "stmia r1!, {r9, r10, r11, r12}\n" \
    "stmia r1, {r9, r10, r11}\n" \
    "sub r0, #24\n" \
    ROWS_SCALES \
    ROWS_PARTS_END

#if defined(__ARM_FEATURE_DSP)

#define ROWS_PARTS_END \
    "ldr r12, [r0, #116]\n" \
    "b 30b\n"

// As dsp_requant does it.
#define ROWS_POSITIVE(X) \
    "add " X ", lr, " X ", lsl #1\n" \
    "smmlar " X ", " X ", r9, r11\n" \
    "asr " X ", " X ", r10\n" \
    "ssat " X ", #8, " X "\n"
#define ROWS_LINEAR(X) \
    "add " X ", lr, " X ", lsl #1\n" \
    "add r1, r11, " X ", asr #31\n" \
    "smmlar " X ", " X ", r9, r1\n" \
    "asr " X ", " X ", r10\n" \
    "ssat " X ", #8, " X "\n"

#define ROWS_OUTPUTS3 \
    "30:\n" \
    "cmp r12, #0\n" \
    "bne 35f\n" ROWS_CARRY \
    ROWS_POSITIVE("r2") ROWS_POSITIVE("r3") ROWS_POSITIVE("r4") ROWS_POSITIVE("r5") ROWS_POSITIVE("r6") ROWS_POSITIVE("r7") \
    "31:\n" ROWS_PLACES("f") \
    "strb r2, [r10, r9]\n" \
    "strb r3, [r10]\n" \
    "add lr, r10, r8\n" \
    "strb r4, [lr]\n" \
    "strb r5, [r10, r8, lsl #1]\n" \
    "strb r6, [lr, r8, lsl #1]\n" \
    "strb r7, [r10, r8, lsl #2]\n"
#define ROWS_LINEAR3 \
    "35:\n" \
    "bgt 5f\n" ROWS_CARRY \
    ROWS_LINEAR("r2") ROWS_LINEAR("r3") ROWS_LINEAR("r4") ROWS_LINEAR("r5") ROWS_LINEAR("r6") ROWS_LINEAR("r7") \
    "b 31b\n"
// Blocks of two positions have no sums in r6 and r7: what is written for those is overwritten by the next block, or at once.
#define ROWS_OUTPUTS2 "b 30b\n"
#define ROWS_LAST \
    "add r1, r0, #20\n" \
    "ldmia r1!, {r8, r11, r12, lr}\n" \
    "strb r7, [r10, lr]\n" \
    "strb r6, [r10, r12]\n" \
    "strb r5, [r10, r11]\n" \
    "strb r4, [r10, r8]\n" \
    "strb r2, [r10, r9]\n" \
    "strb r3, [r10]\n"

#else

#define ROWS_PARTS_END \
    "ldrd r12, r1, [r0, #116]\n" \
    "cmp r1, #0\n" \
    "ldr r1, [r0, #-24]\n" \
    "bne 30b\n" \
    "b 20b\n"

// As scalar_output does it, one after another: there are registers for one only.
#define ROWS_OUTPUTS(SUMS, MOST, WAY) \
    "cmp r12, #0\n" \
    "bgt 5f\n" ROWS_CARRY \
    "push " SUMS "\n" \
    "ldmia r0, {r1, r5, r6, r7}\n" \
    "ldr r8, [r0, #124]\n" \
    "cmp r1, #1\n" \
    "add.w r1, r6, r7\n" \
    "mov r6, r7\n" \
    "mov.w r7, #" MOST "\n" \
    "it eq\n" \
    "ldreq r7, [r0, #20]\n" \
    "4:\n" \
    "pop {r2}\n" \
    "lsls r2, r2, #1\n" \
    "mov r3, lr\n" \
    "mov r4, r8\n" \
    "smlal r3, r4, r2, r9\n" \
    "and r2, r12, r4, asr #31\n" \
    "add r4, r2\n" \
    "add r4, r11\n" \
    "asr r4, r4, r10\n" \
    "ssat r4, #8, r4\n" \
    "strb r4, [r1]\n" \
    "mov r1, r6\n" \
    "add r6, r5\n" \
    "subs r7, #1\n" \
    "bge 4b\n" \
    ROWS_PLACES(WAY)
#define ROWS_OUTPUTS3 "30:\n" ROWS_OUTPUTS("{r2, r3, r4, r5, r6, r7}", "5", "f")
#define ROWS_OUTPUTS2 "20:\n" ROWS_OUTPUTS("{r2, r3, r4, r5}", "3", "b") "b 7b\n"
#define ROWS_LINEAR3
// Sums that were not wanted are still on the stack.
#define ROWS_LAST \
    "ldr r2, [r0, #120]\n" \
    "ldr r3, [r0, #20]\n" \
    "rsb r3, r3, r2, lsl #1\n" \
    "adds r3, #3\n" \
    "add.w sp, sp, r3, lsl #2\n" \
    "add r1, r0, #36\n"

#endif

// All of b->blocks in each of b->rows, at least one: blocks of three positions are five outputs, and the one between two blocks, those of two
// positions three.
static __attribute__((noinline)) void rows_blocks(rows_blocks_t *blocks) {
    register const int32_t **b __asm("r0") = &blocks->single_weights;
    __asm volatile(".syntax unified\n"
        ROWS_PRODUCTS
        "ldr r0, [sp, #12]\n" ROWS_FIELDS3 ROWS_SCALES ROWS_OUTPUTS3 ROWS_NEXT(ROWS_LAST) ROWS_LINEAR3
        "2:\n"
        "ldr r0, [sp, #12]\n" ROWS_FIELDS2 ROWS_SCALES ROWS_OUTPUTS2
        ROWS_PARTS
        "9: add sp, #16\n"
        : "+r"(b)
        :
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#endif
