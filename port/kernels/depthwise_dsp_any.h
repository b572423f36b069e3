// Depthwise kernels of any size with SMLAD: one channel, as many rows of outputs as its plane of int16 has the input of. The plane's words
// under the kernel come column by column (a column: two neighbours of each row under the kernel), their weights in the same order.
#ifndef MITE_DEPTHWISE_DSP_ANY_H
#define MITE_DEPTHWISE_DSP_ANY_H

#include <stdint.h>

// What the assembly works with; r0 points to it. Weights and biases are doubled (see dsp_requant).
typedef struct {
    int32_t *weights; // with stride 1 two words for each of the plane: for an output at a whole word, and for the one behind it
    int32_t bias;     // 4
    int32_t multiplier; // 8
    int32_t add;        // 12
    int32_t sign;       // 16: -1 where there is a shift
    int32_t shift_and_left; // 20: the shift to the right in the lowest byte, above it how many outputs the row still has
    int8_t *next;       // 24: the next output
    int32_t step;       // 28: bytes from one output of a row to the next
    const int32_t *end; // 32: of the weights
    int32_t skip;       // 36: bytes from the end of a column to the next
    int32_t back;       // 40: bytes from where the last column's next would be to the next outputs' first
    int32_t height;     // 44: words of a column
    const int32_t *x;   // 48: first column of a row
    int8_t *out;        // 52: first output of a row
    int32_t next_x;     // 56: bytes from row to row in the plane
    int32_t next_out;   // 60: and in the output
    int32_t rows;       // 64
    int32_t shift_and_count; // 68: shift_and_left when a row begins
} depthwise_any_t;

// Words of a column for two outputs, whose sums are in r6 and r7: r1 column, r2 weights.
#define FOUR_2 \
    "ldm r1!, {r8, r9, r10, r11}\n" \
    "ldm r2!, {r4, r5, r12, lr}\n" \
    "smlad r6, r8, r4, r6\n" \
    "smlad r7, r8, r5, r7\n" \
    "smlad r6, r9, r12, r6\n" \
    "smlad r7, r9, lr, r7\n" \
    "ldm r2!, {r4, r5, r12, lr}\n" \
    "smlad r6, r10, r4, r6\n" \
    "smlad r7, r10, r5, r7\n" \
    "smlad r6, r11, r12, r6\n" \
    "smlad r7, r11, lr, r7\n"
#define TWO_2 \
    "ldrd r8, r9, [r1], #8\n" \
    "ldm r2!, {r4, r5, r12, lr}\n" \
    "smlad r6, r8, r4, r6\n" \
    "smlad r7, r8, r5, r7\n" \
    "smlad r6, r9, r12, r6\n" \
    "smlad r7, r9, lr, r7\n"
#define ONE_2 \
    "ldr r8, [r1], #4\n" \
    "ldrd r4, r5, [r2], #8\n" \
    "smlad r6, r8, r4, r6\n" \
    "smlad r7, r8, r5, r7\n"
// The same for one output.
#define FOUR_1 \
    "ldm r1!, {r8, r9, r10, r11}\n" \
    "ldm r2!, {r4, r5, r12, lr}\n" \
    "smlad r6, r8, r4, r6\n" \
    "smlad r6, r9, r5, r6\n" \
    "smlad r6, r10, r12, r6\n" \
    "smlad r6, r11, lr, r6\n"
#define TWO_1 \
    "ldrd r8, r9, [r1], #8\n" \
    "ldrd r4, r5, [r2], #8\n" \
    "smlad r6, r8, r4, r6\n" \
    "smlad r6, r9, r5, r6\n"
#define ONE_1 \
    "ldr r8, [r1], #4\n" \
    "ldr r4, [r2], #4\n" \
    "smlad r6, r8, r4, r6\n"

// All columns under the kernel: of a height that r0 says, or of a known one; or a single column.
#define COLUMNS_ANY(FOUR, TWO, ONE) \
    "3: ldr r3, [r0, #44]\n" \
    "subs r3, r3, #4\n" \
    "blo 5f\n" \
    "4:\n" FOUR \
    "subs r3, r3, #4\n" \
    "bhs 4b\n" \
    "5: lsls r3, r3, #31\n" \
    "bcc 6f\n" TWO \
    "6: bpl 7f\n" ONE \
    "7: ldrd r3, r4, [r0, #32]\n" \
    "add r1, r1, r4\n" \
    "cmp r2, r3\n" \
    "bne 3b\n"
#define COLUMNS(WORDS) \
    "3:\n" WORDS \
    "ldr r4, [r0, #32]\n" \
    "add r1, r1, r3\n" \
    "cmp r2, r4\n" \
    "bne 3b\n"
#define COLUMN(WORDS) WORDS

// A sum to a byte. See dsp_requant for what the sign is for.
#define REQUANT(SUM) \
    "and lr, r8, " SUM ", asr #31\n" \
    "add lr, lr, r5\n" \
    "smmlar " SUM ", " SUM ", r4, lr\n" \
    "asr " SUM ", " SUM ", r9\n" \
    "ssat " SUM ", #8, " SUM "\n"

#define ROWS_BEGIN \
    "push {r4-r11, lr}\n" \
    "1: ldrd r1, r4, [r0, #48]\n" \
    "ldr r5, [r0, #68]\n" \
    "ldr r3, [r0, #36]\n" \
    "str r4, [r0, #24]\n" \
    "str r5, [r0, #20]\n" \
    "2: ldrd r2, r6, [r0]\n"
#define ROWS_SUMS \
    "ldr r2, [r0, #40]\n" \
    "ldrd r4, r5, [r0, #8]\n" \
    "ldrd r8, r9, [r0, #16]\n" \
    "sub r1, r1, r2\n" \
    "ldrd r10, r11, [r0, #24]\n"
#define ROWS_END \
    "str r9, [r0, #20]\n" \
    "str r10, [r0, #24]\n" \
    "cmp r9, #256\n" \
    "bge 2b\n" \
    "ldrd r1, r4, [r0, #48]\n" \
    "ldrd r8, r9, [r0, #56]\n" \
    "ldr r6, [r0, #64]\n" \
    "add r1, r1, r8\n" \
    "add r4, r4, r9\n" \
    "strd r1, r4, [r0, #48]\n" \
    "subs r6, #1\n" \
    "str r6, [r0, #64]\n" \
    "bne 1b\n" \
    "pop {r4-r11, pc}\n"

// Stride 1: two outputs at a time.
#define ROWS_2(BODY) \
    ROWS_BEGIN "mov r7, r6\n" BODY ROWS_SUMS REQUANT("r6") REQUANT("r7") \
    "strb r6, [r10]\n" \
    "subs r9, r9, #512\n" \
    "it hs\n" \
    "strbhs r7, [r10, r11]\n" \
    "add r10, r10, r11, lsl #1\n" ROWS_END
// Stride 2.
#define ROWS_1(BODY) \
    ROWS_BEGIN BODY ROWS_SUMS REQUANT("r6") \
    "strb r6, [r10]\n" \
    "sub r9, r9, #256\n" \
    "add r10, r10, r11\n" ROWS_END

#define ROWS(NAME, CODE) \
    static __attribute__((naked, noinline)) void NAME(depthwise_any_t *block __attribute__((unused))) { \
        __asm volatile(CODE); \
    }
ROWS(rows_stride1, ROWS_2(COLUMNS_ANY(FOUR_2, TWO_2, ONE_2)))
ROWS(rows_stride2, ROWS_1(COLUMNS_ANY(FOUR_1, TWO_1, ONE_1)))
#if !defined(__OPTIMIZE_SIZE__)
ROWS(rows_single2, ROWS_2(COLUMN(TWO_2)))
ROWS(rows_single3, ROWS_2(COLUMN(TWO_2 ONE_2)))
ROWS(rows_single6, ROWS_2(COLUMN(FOUR_2 TWO_2)))
ROWS(rows_high5, ROWS_2(COLUMNS(FOUR_2 ONE_2)))
ROWS(rows_high7, ROWS_2(COLUMNS(FOUR_2 TWO_2 ONE_2)))
ROWS(rows_high5_stride2, ROWS_1(COLUMNS(FOUR_1 ONE_1)))
ROWS(rows_high7_stride2, ROWS_1(COLUMNS(FOUR_1 TWO_1 ONE_1)))
#endif

#undef FOUR_2
#undef TWO_2
#undef ONE_2
#undef FOUR_1
#undef TWO_1
#undef ONE_1
#undef COLUMNS_ANY
#undef COLUMNS
#undef COLUMN
#undef REQUANT
#undef ROWS_BEGIN
#undef ROWS_SUMS
#undef ROWS_END
#undef ROWS_2
#undef ROWS_1
#undef ROWS

// Sums and stores all rows that the block tells of. stride2: one output at a time. single: a plane is one row, and all of its words under the kernel
// like one column.
static inline void rows_any(depthwise_any_t *block, int stride2, int single) {
#if !defined(__OPTIMIZE_SIZE__)
    switch (block->height + (single ? 16 : stride2 ? 32 : 0)) {
        case 5:
            rows_high5(block);
            return;
        case 7:
            rows_high7(block);
            return;
        case 5 + 32:
            rows_high5_stride2(block);
            return;
        case 7 + 32:
            rows_high7_stride2(block);
            return;
    }
    if (single && !stride2) {
        switch (block->height) {
            case 2:
                rows_single2(block);
                return;
            case 3:
                rows_single3(block);
                return;
            case 6:
                rows_single6(block);
                return;
        }
    }
#else
    (void)single;
#endif
    stride2 ? rows_stride2(block) : rows_stride1(block);
}

#endif
