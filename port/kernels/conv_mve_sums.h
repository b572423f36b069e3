// Convolution with Helium: the sums of four channels over the taps of pixels, and their outputs.
#ifndef MITE_CONV_MVE_SUMS_H
#define MITE_CONV_MVE_SUMS_H

#include <stddef.h>

#include "mve.h"

// Four channels and the pixels that they meet; the order is that of the code in `PAIRS` and `PIXELS`.
typedef struct {
    const int8_t *weights;
    int32_t row;  // bytes from one channel's weights to the next one's
    int32_t taps; // at least 1
    int32_t zero_point;
    mve_channels_t channels;
    int8_t *out;
    int32_t step;  // bytes from a pixel's outputs to the next one's; 0 where the second of two is to be forgotten
    int32_t count; // of pairs (or pixels), at least 1
    const int32_t *packed; // of the next four channels
    int32x4_t min, max;
    // What `pairs` begins each four channels with, and how many fours there are.
    const int8_t *columns;
    int8_t *first;
    int32_t pairs, fours;
} mve_four_t;

typedef char mve_four_layout[offsetof(mve_four_t, channels) == 16 && offsetof(mve_four_t, out) == 64 && offsetof(mve_four_t, min) == 80
                                     && offsetof(mve_four_t, columns) == 112 && offsetof(mve_four_t, fours) == 124 ? 1 : -1];

#define LOAD_X \
    "vldrb.8 q0, [r1], #32\n" \
    "vldrb.8 q1, [r1, #-16]\n"
#define LOAD_W \
    "vldrb.8 q2, [r3], #16\n" \
    "vldrb.8 q3, [r5], #16\n" \
    "vldrb.8 q4, [r7], #16\n" \
    "vldrb.8 q5, [r9], #16\n"
#define LOAD_REST \
    "vctp.8 r11\n" \
    "vpstttt\n" \
    "vldrbt.u8 q2, [r3]\n" \
    "vldrbt.u8 q3, [r5]\n" \
    "vldrbt.u8 q4, [r7]\n" \
    "vldrbt.u8 q5, [r9]\n"
#define MULTIPLY(vmladav) \
    vmladav " r0, q0, q2\n" \
    vmladav " r2, q0, q3\n" \
    vmladav " r4, q0, q4\n" \
    vmladav " r6, q0, q5\n" \
    vmladav " r8, q1, q2\n" \
    vmladav " r10, q1, q3\n" \
    vmladav " r12, q1, q4\n" \
    vmladav " lr, q1, q5\n"
// q6 and q7 become outputs. mve_requant() says why.
#define ROUND_UP \
    "vrshl.s32 q6, q6, q2\n" \
    "vrshl.s32 q7, q7, q2\n"
#define ROUND_AWAY \
    "vand q3, q6, q2\n" \
    "vand q4, q7, q2\n" \
    "vshr.s32 q3, q3, #31\n" \
    "vshr.s32 q4, q4, #31\n" \
    "vadd.i32 q6, q6, q3\n" \
    "vadd.i32 q7, q7, q4\n" ROUND_UP
#define CLAMP_WHOLE \
    "vqmovnb.s32 q6, q6\n" \
    "vqmovnb.s32 q7, q7\n" \
    "vqmovnb.s16 q6, q6\n" \
    "vqmovnb.s16 q7, q7\n"
#define CLAMP_BOUNDS \
    "vldrw.32 q3, [r0, #80]\n" \
    "vldrw.32 q4, [r0, #96]\n" \
    "vmax.s32 q6, q6, q3\n" \
    "vmax.s32 q7, q7, q3\n" \
    "vmin.s32 q6, q6, q4\n" \
    "vmin.s32 q7, q7, q4\n"
// r0: the mve_four_t, kept on the stack; r1: the taps. Weights are in r3, r5, r7, r9, sums in the even registers: there is no other left.
#define PAIRS(round, clamp) \
    "push {r0}\n" \
    "8:\n" /* four channels */ \
    "ldr r3, [r0, #76]\n" \
    "vld20.32 {q0, q1}, [r3]\n" \
    "vld21.32 {q0, q1}, [r3]!\n" \
    "str r3, [r0, #76]\n" \
    "vmov.i32 q3, #31\n" \
    "vshr.s32 q2, q1, #5\n" \
    "vand q1, q1, q3\n" \
    "vneg.s32 q1, q1\n" \
    "vstrw.32 q0, [r0, #16]\n" \
    "vstrw.32 q2, [r0, #32]\n" \
    "vstrw.32 q1, [r0, #48]\n" \
    "ldrd r1, r2, [r0, #112]\n" \
    "ldr r4, [r0, #120]\n" \
    "str r2, [r0, #64]\n" \
    "str r4, [r0, #72]\n" \
    "adds r2, #4\n" \
    "str r2, [r0, #116]\n" \
    "1:\n" /* two pixels */ \
    "ldr r0, [sp]\n" \
    "ldm r0, {r3, r5, r11}\n" \
    "adds r7, r3, r5, lsl #1\n" \
    "adds r9, r7, r5\n" \
    "adds r5, r3\n" \
    "subs r11, #16\n" \
    "blt 6f\n" \
    LOAD_X LOAD_W MULTIPLY("vmladav.s8") \
    "subs r11, #32\n" \
    "blt 3f\n" \
    "2:\n" \
    LOAD_X LOAD_W MULTIPLY("vmladava.s8") \
    LOAD_X LOAD_W MULTIPLY("vmladava.s8") \
    "subs r11, #32\n" \
    "bge 2b\n" \
    "3:\n" \
    "adds r11, #16\n" /* what is left, less 16 */ \
    "blt 4f\n" \
    LOAD_X LOAD_W MULTIPLY("vmladava.s8") \
    "subs r11, #16\n" \
    "4:\n" \
    "adds r11, #16\n" \
    "beq 5f\n" \
    LOAD_REST LOAD_X MULTIPLY("vmladava.s8") \
    "5:\n" \
    "vmov q6[2], q6[0], r0, r4\n" \
    "vmov q6[3], q6[1], r2, r6\n" \
    "vmov q7[2], q7[0], r8, r12\n" \
    "vmov q7[3], q7[1], r10, lr\n" \
    "ldr r0, [sp]\n" \
    "vldrw.32 q0, [r0, #16]\n" \
    "vldrw.32 q1, [r0, #32]\n" \
    "vldrw.32 q2, [r0, #48]\n" \
    "ldr r6, [r0, #12]\n" \
    "ldrd r2, r4, [r0, #64]\n" \
    "ldr r8, [r0, #72]\n" \
    "vadd.i32 q6, q6, q1\n" \
    "vadd.i32 q7, q7, q1\n" \
    "vqrdmulh.s32 q6, q6, q0\n" \
    "vqrdmulh.s32 q7, q7, q0\n" \
    round \
    "vadd.i32 q6, q6, r6\n" \
    "vadd.i32 q7, q7, r6\n" \
    clamp \
    "adds r6, r2, r4\n" \
    "vstrb.32 q7, [r6]\n" \
    "vstrb.32 q6, [r2]\n" \
    "adds r2, r6, r4\n" \
    "str r2, [r0, #64]\n" \
    "subs r8, #1\n" \
    "str r8, [r0, #72]\n" \
    "bne 1b\n" \
    "ldrd r2, r3, [r0]\n" \
    "add r2, r2, r3, lsl #2\n" \
    "str r2, [r0]\n" \
    "ldr r3, [r0, #124]\n" \
    "subs r3, #1\n" \
    "str r3, [r0, #124]\n" \
    "bne 8b\n" \
    "b 7f\n" \
    "6:\n" \
    "adds r11, #16\n" \
    LOAD_REST LOAD_X MULTIPLY("vmladav.s8") \
    "b 5b\n" \
    "7:\n" \
    "pop {r0}\n" \
    : "+r"(r0), "=Up"(predicate) \
    : \
    : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", \
      "memory"

static __attribute__((noinline)) void mve_pairs(mve_four_t *four, mve_clamp_t clamp) {
    register mve_four_t *r0 __asm("r0") = four;
    mve_pred16_t predicate;
    if (clamp == MVE_POSITIVE) {
        __asm volatile(PAIRS(ROUND_UP, CLAMP_WHOLE));
    } else if (clamp == MVE_WHOLE) {
        __asm volatile(PAIRS(ROUND_AWAY, CLAMP_WHOLE));
    } else {
        __asm volatile(PAIRS(ROUND_AWAY, CLAMP_BOUNDS));
    }
    (void)predicate; // written, but of no use outside
}

#define AWAY \
    "vand q5, q7, q6\n" \
    "vshr.s32 q5, q5, #31\n" \
    "vadd.i32 q7, q7, q5\n"
#define SATURATE \
    "vqmovnb.s32 q7, q7\n" \
    "vqmovnb.s16 q7, q7\n"
// The biases make room for the bounds.
#define BOUNDS \
    "vldrw.32 q5, [r0, #80]\n" \
    "vmax.s32 q7, q7, q5\n" \
    "vldrw.32 q5, [r0, #96]\n" \
    "vmin.s32 q7, q7, q5\n" \
    "vldrw.32 q5, [r0, #32]\n"
// r0: the mve_four_t; r1: the taps. The weights stay in q0 to q3.
#define PIXELS(round, clamp) \
    "ldm r0, {r3, r5, r7}\n" \
    "adds r2, r3, r5, lsl #1\n" \
    "adds r4, r2, r5\n" \
    "adds r5, r3\n" \
    "vctp.8 r7\n" \
    "vpstttt\n" \
    "vldrbt.u8 q0, [r3]\n" \
    "vldrbt.u8 q1, [r5]\n" \
    "vldrbt.u8 q2, [r2]\n" \
    "vldrbt.u8 q3, [r4]\n" \
    "vldrw.32 q4, [r0, #16]\n" \
    "vldrw.32 q5, [r0, #32]\n" \
    "vldrw.32 q6, [r0, #48]\n" \
    "ldr r3, [r0, #12]\n" \
    "ldrd r2, r5, [r0, #64]\n" \
    "ldr r4, [r0, #72]\n" \
    "dls lr, r4\n" \
    "1:\n" \
    "vldrb.8 q7, [r1], #16\n" \
    "vmladav.s8 r4, q7, q0\n" \
    "vmladav.s8 r6, q7, q1\n" \
    "vmladav.s8 r8, q7, q2\n" \
    "vmladav.s8 r10, q7, q3\n" \
    "vmov q7[2], q7[0], r4, r8\n" \
    "vmov q7[3], q7[1], r6, r10\n" \
    "vadd.i32 q7, q7, q5\n" \
    "vqrdmulh.s32 q7, q7, q4\n" round \
    "vrshl.s32 q7, q7, q6\n" \
    "vadd.i32 q7, q7, r3\n" clamp \
    "vstrb.32 q7, [r2]\n" \
    "adds r2, r5\n" \
    "le lr, 1b\n" \
    : "+r"(r0), "+r"(r1), "=Up"(predicate) \
    : \
    : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r10", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

// Four channels against `count` pixels, each of one vector of taps.
static inline void mve_pixels(const mve_four_t *four, const int8_t *columns, mve_clamp_t clamp) {
    register const mve_four_t *r0 __asm("r0") = four;
    register const int8_t *r1 __asm("r1") = columns;
    mve_pred16_t predicate;
    if (clamp == MVE_POSITIVE) {
        __asm volatile(PIXELS("", SATURATE));
    } else {
        __asm volatile(PIXELS(AWAY, BOUNDS));
    }
    (void)predicate;
}

#undef LOAD_X
#undef LOAD_W
#undef LOAD_REST
#undef MULTIPLY
#undef ROUND_UP
#undef ROUND_AWAY
#undef CLAMP_WHOLE
#undef CLAMP_BOUNDS
#undef PAIRS
#undef AWAY
#undef SATURATE
#undef BOUNDS
#undef PIXELS

#endif
