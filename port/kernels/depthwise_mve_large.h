// Depthwise convolution with Helium: windows of two to four vectors. A channel's weights stay in registers for a row of outputs; four
// windows' sums become outputs together.
#ifndef MITE_DEPTHWISE_MVE_LARGE_H
#define MITE_DEPTHWISE_MVE_LARGE_H

#include <stddef.h>

#include "mve.h"

// The order of fields is that of the code in `LARGE`.
typedef struct {
    int32_t bias, multiplier;
    int32_t shift; // to the left
    int32_t away;  // 1 where halves have to be taken away from zero
} large_channel_t;

// A row of outputs. Those up to `lanes` go on from channel to channel.
typedef struct {
    const int8_t *plane;
    int8_t *out;
    int32_t plane_bytes;
    const int8_t *weights; // whole vectors
    int32_t weight_bytes;
    const large_channel_t *channels;
    int32_t lanes;
    int32_t count;       // of windows
    int32_t step;        // bytes in a plane from a window to the next one
    int32_t out_step;    // bytes from four outputs to the next four
    int32_t zero_point;
    const uint8_t *turn; // which weight each tap meets
    uint32x4_t outputs;  // each lane's place in bytes behind the first one's
    int32x4_t min, max;
} large_row_t;

typedef char large_layout[offsetof(large_row_t, lanes) == 24 && offsetof(large_row_t, turn) == 44 && offsetof(large_row_t, outputs) == 48
                                  && offsetof(large_row_t, max) == 80 ? 1 : -1];

#define SECOND(sum) \
    "vldrb.8 q5, [r1, #16]\n" \
    "vmladava.s8 " sum ", q5, q1\n"
#define THIRD(sum) SECOND(sum) \
    "vldrb.8 q4, [r1, #32]\n" \
    "vmladava.s8 " sum ", q4, q2\n"
#define FOURTH(sum) THIRD(sum) \
    "vldrb.8 q5, [r1, #48]\n" \
    "vmladava.s8 " sum ", q5, q3\n"
#define SECOND_WEIGHTS \
    "vldrb.8 q4, [r4, #16]\n" \
    "vldrb.u8 q1, [r2, q4]\n"
#define THIRD_WEIGHTS SECOND_WEIGHTS \
    "vldrb.8 q4, [r4, #32]\n" \
    "vldrb.u8 q2, [r2, q4]\n"
#define FOURTH_WEIGHTS THIRD_WEIGHTS \
    "vldrb.8 q4, [r4, #48]\n" \
    "vldrb.u8 q3, [r2, q4]\n"
#define WINDOW(sum, more) \
    "vldrb.8 q4, [r1]\n" \
    "vmladav.s8 " sum ", q4, q0\n" more(sum) \
    "add r1, lr\n"
// What is missing here is in mve_requant().
#define AWAY \
    "ldr r0, [r12, #12]\n" \
    "vshr.s32 q4, q5, #31\n" \
    "vmla.s32 q5, q4, r0\n"
#define BOUNDS \
    "vldrw.32 q4, [r11, #64]\n" \
    "vldrw.32 q6, [r11, #80]\n" \
    "vmax.s32 q5, q5, q4\n" \
    "vmin.s32 q5, q5, q6\n"
// r11: the large_row_t.
#define LARGE(more, more_weights, away, bounds) \
    "vldrw.32 q7, [r11, #48]\n" \
    "ldr r9, [r11, #40]\n" \
    "ldr r12, [r11, #20]\n" \
    "1:\n" \
    "ldrd r1, r3, [r11]\n" \
    "ldrd r0, r2, [r11, #8]\n" \
    "ldr r4, [r11, #44]\n" \
    "adds r0, r1\n" \
    "adds r6, r3, #1\n" \
    "strd r0, r6, [r11]\n" \
    "ldr r0, [r11, #16]\n" \
    "vldrb.8 q4, [r4]\n" \
    "vldrb.u8 q0, [r2, q4]\n" more_weights \
    "adds r2, r0\n" \
    "str r2, [r11, #12]\n" \
    "ldrd r7, r5, [r12]\n" \
    "ldr r8, [r12, #8]\n" \
    "ldrd r10, lr, [r11, #28]\n" \
    "2:\n" WINDOW("r0", more) WINDOW("r2", more) WINDOW("r4", more) WINDOW("r6", more) \
    "vmov q5[2], q5[0], r0, r4\n" \
    "vmov q5[3], q5[1], r2, r6\n" \
    "vadd.i32 q5, q5, r7\n" \
    "vqrdmulh.s32 q5, q5, r5\n" away \
    "vrshl.s32 q5, r8\n" \
    "vadd.i32 q5, q5, r9\n" bounds \
    "vqmovnb.s32 q5, q5\n" \
    "vqmovnb.s16 q5, q5\n" \
    "ldr r0, [r11, #36]\n" \
    "vctp.32 r10\n" \
    "vpst\n" \
    "vstrbt.32 q5, [r3, q7]\n" \
    "subs r10, #4\n" \
    "add r3, r0\n" \
    "bgt 2b\n" \
    "ldr r0, [r11, #24]\n" \
    "adds r12, #16\n" \
    "subs r0, #1\n" \
    "str r0, [r11, #24]\n" \
    "bne.w 1b\n" \
    : "+r"(r11), "=Up"(predicate) \
    : \
    : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"
#define LARGE_OF(more, more_weights) \
    if (positive) { \
        __asm volatile(LARGE(more, more_weights, "", "")); \
    } else { \
        __asm volatile(LARGE(more, more_weights, AWAY, BOUNDS)); \
    }

static __attribute__((noinline)) void large_outputs(large_row_t *row, int positive) {
    register large_row_t *r11 __asm("r11") = row;
    mve_pred16_t predicate;
    if (row->weight_bytes == 32) {
        LARGE_OF(SECOND, SECOND_WEIGHTS)
    } else if (row->weight_bytes == 48) {
        LARGE_OF(THIRD, THIRD_WEIGHTS)
    } else {
        LARGE_OF(FOURTH, FOURTH_WEIGHTS)
    }
    (void)predicate; // written, but of no use outside
}

#undef SECOND
#undef THIRD
#undef FOURTH
#undef SECOND_WEIGHTS
#undef THIRD_WEIGHTS
#undef FOURTH_WEIGHTS
#undef WINDOW
#undef AWAY
#undef BOUNDS
#undef LARGE
#undef LARGE_OF

// What all rows have in common.
static void large_prepare(large_row_t *row, const mite_conv_t *p, int32_t plane_bytes, int32_t weight_bytes, const uint8_t *turn) {
    row->plane_bytes = plane_bytes;
    row->weight_bytes = weight_bytes;
    row->count = p->out_w;
    row->step = p->stride_w * p->kernel_h;
    row->out_step = 4 * p->out_c;
    row->zero_point = p->requant.zero_point;
    row->turn = turn;
    row->outputs = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)p->out_c);
    row->min = vdupq_n_s32(p->requant.min);
    row->max = vdupq_n_s32(p->requant.max);
}

static void large_channels(large_channel_t *channels, const int32_t *packed, int32_t lanes) {
    for (; lanes; lanes--, packed += 2, channels++) {
        channels->bias = packed[1] >> 5;
        channels->multiplier = packed[0];
        channels->shift = -(packed[1] & 31);
        channels->away = channels->shift < 0;
    }
}

#endif
