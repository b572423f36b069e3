// Convolution with Helium: pixels whose taps are one vector.
#ifndef MITE_CONV_MVE_PIXELS_H
#define MITE_CONV_MVE_PIXELS_H

#include <stddef.h>

#include "mve.h"

// Four channels and the pixels that they meet, each of one vector of taps; the order is that of the code in `PIXELS`.
typedef struct {
    const int8_t *weights;
    int32_t row;  // bytes from one channel's weights to the next one's
    int32_t taps; // at least 1
    int32_t zero_point;
    mve_channels_t channels;
    int8_t *out;
    int32_t step;  // bytes from two pixels' outputs to the next two's
    int32_t pairs; // of pixels, at least 1
    int32_t unused;
    int16x8_t min, max;
    uint16x8_t places; // behind `out`, of the first pixel's outputs and the second one's in turn
} mve_four_t;

typedef char mve_four_layout[offsetof(mve_four_t, channels) == 16 && offsetof(mve_four_t, out) == 64 && offsetof(mve_four_t, min) == 80
                                     && offsetof(mve_four_t, places) == 112 ? 1 : -1];

#define AWAY \
    "vptt.s32 lt, q7, zr\n" \
    "vcmpt.s32 lt, q6, zr\n" \
    "vaddt.i32 q7, q7, r9\n"
#define BOUNDS \
    "vldrh.16 q7, [r0, #80]\n" \
    "vmax.s16 q5, q5, q7\n" \
    "vldrh.16 q7, [r0, #96]\n" \
    "vmin.s16 q5, q5, q7\n"
// The sums begin with the biases.
#define PIXEL(round) \
    "vldrb.8 q7, [r1], #16\n" \
    "ldm r7, {r4, r6, r8, r10}\n" \
    "vmladava.s8 r4, q7, q0\n" \
    "vmladava.s8 r6, q7, q1\n" \
    "vmladava.s8 r8, q7, q2\n" \
    "vmladava.s8 r10, q7, q3\n" \
    "vmov q7[2], q7[0], r4, r8\n" \
    "vmov q7[3], q7[1], r6, r10\n" \
    "vqrdmulh.s32 q7, q7, q4\n" round \
    "vrshl.s32 q7, q7, q6\n"
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
    "vldrw.32 q6, [r0, #48]\n" \
    "ldr r3, [r0, #12]\n" \
    "ldrd r2, r5, [r0, #64]\n" \
    "ldr r4, [r0, #72]\n" \
    "add r7, r0, #32\n" \
    "mvn r9, #0\n" \
    "dls lr, r4\n" \
    "1:\n" PIXEL(round) \
    "vqmovnb.s32 q5, q7\n" PIXEL(round) \
    "vqmovnt.s32 q5, q7\n" \
    "vqadd.s16 q5, q5, r3\n" clamp \
    "vqmovnb.s16 q5, q5\n" \
    "vldrh.16 q7, [r0, #112]\n" \
    "vstrb.16 q5, [r2, q7]\n" \
    "adds r2, r5\n" \
    "le lr, 1b\n" \
    : "+r"(r0), "+r"(r1), "=Up"(predicate) \
    : \
    : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

// Four channels against pairs of pixels, each of one vector of taps.
static inline void mve_pixels(const mve_four_t *four, const int8_t *columns, int positive) {
    register const mve_four_t *r0 __asm("r0") = four;
    register const int8_t *r1 __asm("r1") = columns;
    mve_pred16_t predicate;
    if (positive) {
        __asm volatile(PIXELS("", ""));
    } else {
        __asm volatile(PIXELS(AWAY, BOUNDS));
    }
    (void)predicate;
}

#undef AWAY
#undef BOUNDS
#undef PIXEL
#undef PIXELS

#endif
