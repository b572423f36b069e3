// 3x3 depthwise kernels of stride 1 with SMLAD: one channel, as many rows of outputs as its plane of int16 has the input of. They are written in
// assembly as a whole because they live on having every register: of a plane's column of words (two neighbours of each row under the
// kernel) each word is loaded once, and used for the outputs that end in it and for those that begin.
#ifndef MITE_DEPTHWISE_DSP_3X3_H
#define MITE_DEPTHWISE_DSP_3X3_H

#include "depthwise_whole.h"
#include "dsp.h"

// Low halves of a and b together.
static inline int32_t low_halves(int32_t a, int32_t b) {
    int32_t pair;
    __asm("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(a), "r"(b));
    return pair;
}

// Has each channel a shift to the right? The code for 3x3 kernels takes it for granted where a sum's sign matters.
DEPTHWISE_SMALL int all_shift(const mite_requant_t *r, int32_t channels) {
    for (int32_t c = channels; c--;) {
        if (!(r->packed[2 * c * r->scale_step + 1] & 31)) {
            return 0;
        }
    }
    return 1;
}

// What the assembly works with; r0 points to `ends`. Weights and biases are doubled (see dsp_requant).
typedef struct {
    int32_t bias;
    int32_t begins[3];      // by kernel row: taps 0 and 1
    int32_t ends[3];        // taps 1 and 2
    int32_t multiplier;     // r0 + 12
    int32_t add;            // 16
    int32_t left;           // 20: the bias of a row's first output, where that is `late`
    const int32_t *x;       // 24: first column of a row
    int8_t *out;            // 28: first output of a row
    int32_t shift_and_turns; // 32: the shift to the right in the lowest byte, above it turns of the loop less one
    int32_t rows;           // 36
    int32_t next_x;         // 40: bytes from row to row in the plane
    int32_t next_out;       // 44: and in the output
    int32_t step;           // 48: bytes from one output of a row to the next
    int32_t pitch;          // 52: bytes from column to column
    int32_t late;           // 56: does the plane begin with the second tap of the first output?
    int32_t tail;           // 60: is there one more output behind the last two?
    int32_t turns;          // 64: shift_and_turns of what is left of two rows
} depthwise_3x3_t;

// Sums to bytes: multiplier in r11, what is added in r12, the shift in r5; lr is free. See dsp_requant for what the sign is for. Without a shift
// that is right for RELU only: what it takes too much is below the zero point.
#define R6 "add lr, r12, r6, asr #31\n smmlar r6, r6, r11, lr\n"
#define R7 "add lr, r12, r7, asr #31\n smmlar r7, r7, r11, lr\n"

#define ROWS(NAME, CODE) \
    static __attribute__((naked, noinline)) void NAME(depthwise_3x3_t *block __attribute__((unused))) { \
        __asm volatile(CODE); \
    }

// r1 columns, r2 outputs, r3 step, r4 pitch, r6 and r7 two neighbouring sums, r8 to r10 a column, r11, r12 and lr weights.
ROWS(rows3x3,
    "push {r4-r11, lr}\n"
    "adds r0, #16\n"
    "ldrd r3, r4, [r0, #48]\n"
    "1: ldrd r1, r2, [r0, #24]\n"
    "ldr r5, [r0, #32]\n"
    "ldr r6, [r0, #56]\n"
    "ldm r1, {r8, r9, r10}\n"
    "cbz r6, 2f\n"
    /* the first output, whose first tap lies outside */
    "ldm r0, {r11, r12, lr}\n"
    "ldr r7, [r0, #20]\n"
    "smlad r7, r8, r11, r7\n"
    "smlad r7, r9, r12, r7\n"
    "smlad r7, r10, lr, r7\n"
    "ldrd r11, r12, [r0, #12]\n" R7
    "asr r7, r7, r5\n"
    "ssat r7, #8, r7\n"
    "strb r7, [r2]\n"
    "add r2, r2, r3\n"
    /* two sums that begin in a column */
    "2: ldmdb r0, {r6, r11, r12, lr}\n"
    "smlatb r7, r8, r11, r6\n"
    "smlad r6, r8, r11, r6\n"
    "smlatb r7, r9, r12, r7\n"
    "smlad r6, r9, r12, r6\n"
    "smlatb r7, r10, lr, r7\n"
    "smlad r6, r10, lr, r6\n"
    /* and end in the next */
    "add r1, r1, r4\n"
    "ldm r1, {r8, r9, r10}\n"
    "ldm r0, {r11, r12, lr}\n"
    "smlabt r6, r8, r11, r6\n"
    "smlad r7, r8, r11, r7\n"
    "smlabt r6, r9, r12, r6\n"
    "smlad r7, r9, r12, r7\n"
    "smlabt r6, r10, lr, r6\n"
    "smlad r7, r10, lr, r7\n"
    "ldrd r11, r12, [r0, #12]\n" R6 R7
    "asr r6, r6, r5\n"
    "asr r7, r7, r5\n"
    "ssat r6, #8, r6\n"
    "ssat r7, #8, r7\n"
    "strb r6, [r2]\n"
    "strb r7, [r2, r3]\n"
    "add r2, r2, r3, lsl #1\n"
    "subs r5, r5, #256\n"
    "bhs 2b\n"
    "ldr r6, [r0, #60]\n"
    "cbz r6, 3f\n"
    "ldmdb r0, {r6, r11, r12, lr}\n"
    "smlad r6, r8, r11, r6\n"
    "smlad r6, r9, r12, r6\n"
    "smlad r6, r10, lr, r6\n"
    "add r1, r1, r4\n"
    "ldm r1, {r8, r9, r10}\n"
    "ldm r0, {r11, r12, lr}\n"
    "smlabt r6, r8, r11, r6\n"
    "smlabt r6, r9, r12, r6\n"
    "smlabt r6, r10, lr, r6\n"
    "ldrd r11, r12, [r0, #12]\n" R6
    "asr r6, r6, r5\n"
    "ssat r6, #8, r6\n"
    "strb r6, [r2]\n"
    "3: ldrd r1, r2, [r0, #24]\n"
    "ldrd r8, r9, [r0, #40]\n"
    "ldr r6, [r0, #36]\n"
    "add r1, r1, r8\n"
    "add r2, r2, r9\n"
    "strd r1, r2, [r0, #24]\n"
    "subs r6, #1\n"
    "str r6, [r0, #36]\n"
    "bne 1b\n"
    "pop {r4-r11, pc}\n")

// Two rows of outputs at once, as long as there are two, without a tail, one row apart, of RELU: a column is four words, r4 to r7, and is loaded for four
// sums. r1 columns, r2 outputs, r9 and r8 (or r3) a column's upper and lower sum, lr (and r3) the next one's, r10 to r12 weights.
#if !defined(__OPTIMIZE_SIZE__)
ROWS(rows3x3_two,
    "push {r4-r11, lr}\n"
    "adds r0, #16\n"
    "1: ldrd r1, r2, [r0, #24]\n"
    "ldr r12, [r0, #32]\n"
    "ldr r3, [r0, #56]\n"
    "str r12, [r0, #64]\n"
    "ldm r1, {r4-r7}\n"
    "cbz r3, 2f\n"
    /* the first outputs, whose first taps lie outside */
    "ldm r0, {r10, r11, r12}\n"
    "ldr r8, [r0, #20]\n"
    "smlad r9, r4, r10, r8\n"
    "smlad r8, r5, r10, r8\n"
    "smlad r9, r5, r11, r9\n"
    "smlad r8, r6, r11, r8\n"
    "smlad r9, r6, r12, r9\n"
    "smlad r8, r7, r12, r8\n"
    "ldrd r10, r11, [r0, #12]\n"
    "ldr r12, [r0, #32]\n"
    "smmlar r9, r9, r10, r11\n"
    "smmlar r8, r8, r10, r11\n"
    "asr r9, r9, r12\n"
    "asr r8, r8, r12\n"
    "ldrd r10, r11, [r0, #44]\n"
    "ssat r9, #8, r9\n"
    "ssat r8, #8, r8\n"
    "strb r9, [r2]\n"
    "strb r8, [r2, r10]\n"
    "add r2, r2, r11\n"
    /* four sums that begin in a column */
    "2: ldmdb r0, {r3, r10, r11, r12}\n"
    "smlad r9, r4, r10, r3\n"
    "smlatb lr, r4, r10, r3\n"
    "smlad r8, r5, r10, r3\n"
    "smlatb r3, r5, r10, r3\n"
    "smlad r9, r5, r11, r9\n"
    "smlatb lr, r5, r11, lr\n"
    "smlad r8, r6, r11, r8\n"
    "smlatb r3, r6, r11, r3\n"
    "smlad r9, r6, r12, r9\n"
    "smlatb lr, r6, r12, lr\n"
    "smlad r8, r7, r12, r8\n"
    "smlatb r3, r7, r12, r3\n"
    /* and end in the next */
    "ldr r4, [r0, #52]\n"
    "ldm r0, {r10, r11, r12}\n"
    "add r1, r1, r4\n"
    "ldm r1, {r4-r7}\n"
    "smlabt r9, r4, r10, r9\n"
    "smlad lr, r4, r10, lr\n"
    "smlabt r8, r5, r10, r8\n"
    "smlad r3, r5, r10, r3\n"
    "smlabt r9, r5, r11, r9\n"
    "smlad lr, r5, r11, lr\n"
    "smlabt r8, r6, r11, r8\n"
    "smlad r3, r6, r11, r3\n"
    "smlabt r9, r6, r12, r9\n"
    "smlad lr, r6, r12, lr\n"
    "smlabt r8, r7, r12, r8\n"
    "smlad r3, r7, r12, r3\n"
    "ldrd r10, r11, [r0, #12]\n"
    "ldr r12, [r0, #64]\n"
    "smmlar r9, r9, r10, r11\n"
    "smmlar lr, lr, r10, r11\n"
    "smmlar r8, r8, r10, r11\n"
    "smmlar r3, r3, r10, r11\n"
    "asr r9, r9, r12\n"
    "asr lr, lr, r12\n"
    "asr r8, r8, r12\n"
    "asrs r3, r3, r12\n"
    "ldrd r10, r11, [r0, #44]\n"
    "ssat r9, #8, r9\n"
    "ssat r8, #8, r8\n"
    "ssat lr, #8, lr\n"
    "ssat r3, #8, r3\n"
    "strb r9, [r2]\n"
    "strb r8, [r2, r10]\n"
    "add r2, r2, r11\n"
    "strb lr, [r2]\n"
    "strb r3, [r2, r10]\n"
    "add r2, r2, r11\n"
    "subs r12, r12, #256\n"
    "str r12, [r0, #64]\n"
    "bhs 2b\n"
    "ldrd r1, r2, [r0, #24]\n"
    "ldrd r8, r9, [r0, #40]\n"
    "ldr r6, [r0, #36]\n"
    "add r1, r1, r8, lsl #1\n"
    "add r2, r2, r9, lsl #1\n"
    "strd r1, r2, [r0, #24]\n"
    "subs r6, #2\n"
    "str r6, [r0, #36]\n"
    "cmp r6, #1\n"
    "bgt 1b\n"
    "pop {r4-r11, pc}\n")
#endif

#undef R6
#undef R7
#undef ROWS

// Sums and stores all rows that the block tells of. With `relu` (see dsp_requant) a shift of 0 is allowed.
static inline void rows_3x3(depthwise_3x3_t *block, int relu) {
#if !defined(__OPTIMIZE_SIZE__)
    if (relu && block->rows > 1 && !block->tail && block->next_x == 4) {
        rows3x3_two(block);
        if (!block->rows) {
            return;
        }
    }
#else
    (void)relu;
#endif
    rows3x3(block);
}

#endif
