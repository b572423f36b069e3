// Convolution with Helium: a tile of pixels whose taps are more than one vector, and all of its channels.
#ifndef MITE_CONV_MVE_TILE_H
#define MITE_CONV_MVE_TILE_H

#include <stddef.h>

#include "mve.h"

// A tile's pixels in pairs, and the channels that they meet, in blocks of 16, 8 or 4. A block's channels are dealt out among fours: lane
// i of the fours is the channel 4 * i (2 * i, i) and those after it, so that narrowing brings the outputs into their order. The order of
// fields is that of the code in mve_tile(), which changes most of them.
typedef struct {
    const int8_t *row[4]; // of the block: weights of the first fours' channels
    int32_t vectors;      // of taps, whole ones, without the first: at least 0
    const int8_t *end;    // where row[0] arrives behind the last fours
    const int8_t *pair;
    int32_t pair_bytes; // from two pixels' taps to the next two's
    int8_t *place;      // of the pair's outputs
    int32_t pair_step;  // bytes from a pixel's outputs to the next one's; 0 where the second of two is to be forgotten
    int32_t pairs;      // left
    int32_t zero_point;
    int32_t rest;     // taps behind whole vectors
    int32_t whole;    // bytes of columns that are whole vectors of two pixels
    int32_t positive; // clamped so that the second rounding's rule for negative numbers does not matter, and to nothing else
    int32_t finish;   // the code for the block's outputs
    int8x16_t min, max;
    int32x4_t channels[4][3]; // of each four: biases, multipliers, shifts to the left
    const int8_t *weights;    // of the next block
    int32_t taps;             // at least 16
    const int32_t *packed;
    int32_t left; // channels; at least 4 in the beginning
    const int8_t *columns;
    int8_t *out;
    int32_t pixels; // at least 1
    int32_t step;
    int32_t general; // 1: a part of a vector at their end; 2: more than nine, too
} mve_tile_t;

typedef char mve_tile_layout[offsetof(mve_tile_t, pair) == 24 && offsetof(mve_tile_t, pairs) == 40 && offsetof(mve_tile_t, finish) == 60
                                     && offsetof(mve_tile_t, min) == 64 && offsetof(mve_tile_t, channels) == 96
                                     && offsetof(mve_tile_t, weights) == 288 && offsetof(mve_tile_t, general) == 320 ? 1 : -1];

#define LOAD_X \
    "vldrb.8 q0, [r1], #32\n" \
    "vldrb.8 q1, [r1, #-16]\n"
#define LOAD_W \
    "vldrb.8 q2, [r3], #16\n" \
    "vldrb.8 q3, [r5], #16\n" \
    "vldrb.8 q4, [r7], #16\n" \
    "vldrb.8 q5, [r9], #16\n"
#define MULTIPLY(vmladav) \
    vmladav " r0, q0, q2\n" \
    vmladav " r2, q0, q3\n" \
    vmladav " r4, q0, q4\n" \
    vmladav " r6, q0, q5\n" \
    vmladav " r8, q1, q2\n" \
    vmladav " r10, q1, q3\n" \
    vmladav " r12, q1, q4\n" \
    vmladav " lr, q1, q5\n"
// r11: the number of taps in the last vector.
#define REST \
    "vpstttt\n" \
    "vldrbt.u8 q2, [r3]\n" \
    "vldrbt.u8 q3, [r5]\n" \
    "vldrbt.u8 q4, [r7]\n" \
    "vldrbt.u8 q5, [r9]\n" LOAD_X MULTIPLY("vmladava.s8") \
    "add r3, r11\n" \
    "add r5, r11\n" \
    "add r7, r11\n" \
    "add r9, r11\n"
#define PUSH "push {r0, r2, r4, r6, r8, r10, r12, lr}\n"
// r11: 56 bytes of code for each vector that is too many.
#define SKIP \
    "add pc, r11\n" \
    "nop\n"
#define VECTOR_OF_TAPS LOAD_X LOAD_W MULTIPLY("vmladava.s8")
#define EIGHT_VECTORS \
    VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS VECTOR_OF_TAPS
// Sums of four channels and two pixels, and what makes outputs of them. mve_requant() says why.
#define ROUND_UP(a, b)
#define ROUND_AWAY(a, b) \
    "vptt.s32 lt, " a ", zr\n" \
    "vcmpt.s32 lt, q7, zr\n" \
    "vaddt.i32 " a ", " a ", r1\n" \
    "vptt.s32 lt, " b ", zr\n" \
    "vcmpt.s32 lt, q7, zr\n" \
    "vaddt.i32 " b ", " b ", r1\n"
#define REQUANT(a, b, sums, more, biases, multipliers, shifts, round) \
    "vldrw.32 " a ", [sp, #" sums "]\n" \
    "vldrw.32 " b ", [sp, #" more "]\n" \
    "vldrw.32 q7, [r0, #" biases "]\n" \
    "vadd.i32 " a ", " a ", q7\n" \
    "vadd.i32 " b ", " b ", q7\n" \
    "vldrw.32 q7, [r0, #" multipliers "]\n" \
    "vqrdmulh.s32 " a ", " a ", q7\n" \
    "vqrdmulh.s32 " b ", " b ", q7\n" \
    "vldrw.32 q7, [r0, #" shifts "]\n" round(a, b) \
    "vrshl.s32 " a ", " a ", q7\n" \
    "vrshl.s32 " b ", " b ", q7\n"
#define BOTTOM(a, b) \
    "vqmovnb.s32 " a ", " a "\n" \
    "vqmovnb.s32 " b ", " b "\n"
#define TOP(a, b, c, d) \
    "vqmovnt.s32 " a ", " c "\n" \
    "vqmovnt.s32 " b ", " d "\n"
#define BYTES(a, b) \
    "vqadd.s16 " a ", " a ", r6\n" \
    "vqadd.s16 " b ", " b ", r6\n"
#define BOUNDS \
    "vldrb.8 q4, [r0, #64]\n" \
    "vldrb.8 q5, [r0, #80]\n" \
    "vmax.s8 q0, q0, q4\n" \
    "vmax.s8 q1, q1, q4\n" \
    "vmin.s8 q0, q0, q5\n" \
    "vmin.s8 q1, q1, q5\n"
#define STORE(vstr, bytes) \
    "adds r6, r2, r4\n" \
    vstr " q1, [r6]\n" \
    vstr " q0, [r2]\n" \
    "adds r6, r4\n" \
    "str r6, [r0, #32]\n" \
    "add sp, #" bytes "\n"
#define PLACES \
    "ldrd r2, r4, [r0, #32]\n" \
    "ldr r6, [r0, #44]\n"
#define SIXTEEN(round, bounds) \
    REQUANT("q0", "q1", "96", "112", "96", "112", "128", round) BOTTOM("q0", "q1") \
    REQUANT("q4", "q5", "32", "48", "192", "208", "224", round) TOP("q0", "q1", "q4", "q5") \
    REQUANT("q2", "q3", "64", "80", "144", "160", "176", round) BOTTOM("q2", "q3") \
    REQUANT("q4", "q5", "0", "16", "240", "256", "272", round) TOP("q2", "q3", "q4", "q5") PLACES \
    BYTES("q0", "q1") BYTES("q2", "q3") \
    "vqmovnb.s16 q0, q0\n" \
    "vqmovnb.s16 q1, q1\n" \
    "vqmovnt.s16 q0, q2\n" \
    "vqmovnt.s16 q1, q3\n" bounds STORE("vstrb.8", "128")
#define EIGHT(round, bounds) \
    REQUANT("q0", "q1", "32", "48", "96", "112", "128", round) BOTTOM("q0", "q1") \
    REQUANT("q4", "q5", "0", "16", "144", "160", "176", round) TOP("q0", "q1", "q4", "q5") PLACES BYTES("q0", "q1") \
    "vqmovnb.s16 q0, q0\n" \
    "vqmovnb.s16 q1, q1\n" bounds STORE("vstrb.16", "64")
#define FOUR(round, bounds) \
    REQUANT("q0", "q1", "0", "16", "96", "112", "128", round) PLACES \
    "vadd.i32 q0, q0, r6\n" \
    "vadd.i32 q1, q1, r6\n" BOTTOM("q0", "q1") \
    "vqmovnb.s16 q0, q0\n" \
    "vqmovnb.s16 q1, q1\n" bounds STORE("vstrb.32", "32")

// r1: the taps. Weights are in r3, r5, r7, r9, sums in the even registers, which leaves r11: the rest is in s24 to s29.
static __attribute__((noinline)) void mve_tile(mve_tile_t *tile) {
    register mve_tile_t *r0 __asm("r0") = tile;
    mve_pred16_t predicate;
    // ADR counts from multiples of 4.
    __asm volatile(".p2align 2\n"
                   "ldr r1, [r0, #16]\n"
                   "and r2, r1, #7\n"
                   "cmp r1, #8\n"
                   "it eq\n"
                   "moveq r2, r1\n"
                   "rsb r2, r2, #8\n"
                   "mov r3, #56\n"
                   "mul r11, r2, r3\n"
                   "vmov s24, s25, r11, r11\n"
                   // A block of channels.
                   "5:\n"
                   "ldrd r3, r5, [r0, #288]\n"
                   "ldrd r4, r6, [r0, #296]\n"
                   "ldrd r7, r8, [r0, #304]\n"
                   "adr.w r12, 44f\n"
                   "movs r1, #1\n"
                   "cmp r6, #8\n"
                   "bge 1f\n"
                   "rsbs r2, r6, #4\n"
                   "ble 2f\n"
                   // The last four were partly done already.
                   "mls r3, r2, r5, r3\n"
                   "sub r4, r4, r2, lsl #3\n"
                   "subs r8, r2\n"
                   "movs r6, #4\n"
                   "b 2f\n"
                   "1:\n"
                   "ldr r2, [r0, #56]\n"
                   "movs r1, #2\n"
                   "adr.w r12, 42f\n"
                   "cmp r6, #16\n"
                   "blt 1f\n"
                   "movs r1, #4\n"
                   "adr.w r12, 40f\n"
                   "1:\n"
                   "add r12, r12, r2, lsl #2\n"
                   "2:\n"
                   "str r12, [r0, #60]\n"
                   "mul r2, r1, r5\n"
                   "subs r6, r6, r1, lsl #2\n"
                   "add r9, r8, r1, lsl #2\n"
                   "add r10, r4, r1, lsl #5\n"
                   "str r7, [r0, #24]\n"
                   "str r8, [r0, #32]\n"
                   "strd r10, r6, [r0, #296]\n"
                   "str r9, [r0, #308]\n"
                   "add r5, r3, r2\n"
                   "add r7, r5, r2\n"
                   "add r9, r7, r2\n"
                   "add r2, r9\n"
                   "str r2, [r0, #288]\n"
                   "stm r0, {r3, r5, r7, r9}\n"
                   "vmov s26, s27, r5, r0\n"
                   "movs r10, #0\n"
                   "vidup.u32 q3, r10, #2\n"
                   "vmul.i32 q3, q3, r1\n"
                   "movs r12, #1\n"
                   "vadd.i32 q5, q3, r12\n"
                   "vmov.i32 q4, #31\n"
                   "add r12, r0, #96\n"
                   "dls lr, r1\n"
                   "1:\n"
                   "vldrw.u32 q0, [r4, q3, uxtw #2]\n"
                   "vldrw.u32 q1, [r4, q5, uxtw #2]\n"
                   "vshr.s32 q2, q1, #5\n"
                   "vand q1, q1, q4\n"
                   "vneg.s32 q1, q1\n"
                   "vstrw.32 q2, [r12], #16\n"
                   "vstrw.32 q0, [r12], #16\n"
                   "vstrw.32 q1, [r12], #16\n"
                   "adds r4, #8\n"
                   "le lr, 1b\n"
                   "ldrd r2, r4, [r0, #312]\n"
                   "lsrs r2, #1\n"
                   "bne 1f\n"
                   "movs r4, #0\n"
                   "movs r2, #1\n"
                   "1:\n"
                   "strd r4, r2, [r0, #36]\n"
                   "cmp r1, #1\n"
                   "beq.w 14f\n"
                   "ldr r4, [r0, #320]\n"
                   "cmp r4, #1\n"
                   "beq.w 24f\n"
                   "bgt.w 14f\n"
                   // Two pixels, an even number of fours.
                   "4:\n"
                   "ldm r0, {r3, r5, r7, r9}\n"
                   "ldrd r1, r2, [r0, #24]\n"
                   "vmov r11, s25\n"
                   "vmov s24, r1\n"
                   "adds r2, r1\n"
                   "str r2, [r0, #24]\n"
                   "2:\n" LOAD_X LOAD_W MULTIPLY("vmladav.s8") SKIP EIGHT_VECTORS PUSH
                   "vmov r1, s24\n" LOAD_X LOAD_W MULTIPLY("vmladav.s8") SKIP EIGHT_VECTORS PUSH
                   "vmov r2, s26\n"
                   "cmp r3, r2\n"
                   "vmov r1, s24\n"
                   "bne.w 2b\n"
                   "adr.w r12, 4b\n"
                   "3:\n"
                   "vmov r0, s27\n"
                   "ldr r2, [r0, #60]\n"
                   "mov pc, r2\n"
                   // One four, more than nine vectors, or a part of one at their end.
                   "14:\n"
                   "ldm r0, {r3, r5, r7, r9}\n"
                   "ldrd r1, r2, [r0, #24]\n"
                   "ldrd r4, r6, [r0, #48]\n"
                   "vmov s24, r1\n"
                   "adds r2, r1\n"
                   "str r2, [r0, #24]\n"
                   "adds r6, r1\n"
                   "vmov s28, s29, r4, r6\n"
                   "12:\n"
                   "vmov r11, s25\n" LOAD_X LOAD_W MULTIPLY("vmladav.s8") SKIP
                   "13:\n" EIGHT_VECTORS
                   "vmov r11, s29\n"
                   "cmp r1, r11\n"
                   "bne 13b\n"
                   "vmov r11, s28\n"
                   "cmp r11, #0\n"
                   "beq 1f\n"
                   "vctp.8 r11\n" REST
                   "1:\n" PUSH
                   "vmov r2, s26\n"
                   "cmp r3, r2\n"
                   "vmov r1, s24\n"
                   "bne 12b\n"
                   "adr.w r12, 14b\n"
                   "b 3b\n"
                   // At most nine vectors and a part of one.
                   "24:\n"
                   "ldm r0, {r3, r5, r7, r9}\n"
                   "ldrd r1, r2, [r0, #24]\n"
                   "ldr r4, [r0, #48]\n"
                   "vmov s24, r1\n"
                   "adds r2, r1\n"
                   "str r2, [r0, #24]\n"
                   "vmov s28, r4\n"
                   "vctp.8 r4\n"
                   "22:\n"
                   "vmov r11, s25\n" LOAD_X LOAD_W MULTIPLY("vmladav.s8") SKIP EIGHT_VECTORS
                   "vmov r11, s28\n" REST PUSH
                   "vmov r2, s26\n"
                   "cmp r3, r2\n"
                   "vmov r1, s24\n"
                   "bne 22b\n"
                   "adr.w r12, 24b\n"
                   "b 3b\n"
                   // The ends: for any bounds where jumped to, behind that without.
                   "42:\n"
                   "b.w 6f\n" EIGHT(ROUND_UP, "")
                   "b 7f\n"
                   "6:\n"
                   "mvn r1, #0\n" EIGHT(ROUND_AWAY, BOUNDS)
                   "b 7f\n"
                   "44:\n"
                   "mvn r1, #0\n" FOUR(ROUND_AWAY, BOUNDS)
                   "b 7f\n"
                   "46:\n"
                   "mvn r1, #0\n" SIXTEEN(ROUND_AWAY, BOUNDS)
                   "b 7f\n"
                   "40:\n"
                   "b.w 46b\n" SIXTEEN(ROUND_UP, "")
                   "7:\n"
                   "ldr r2, [r0, #40]\n"
                   "subs r2, #1\n"
                   "str r2, [r0, #40]\n"
                   "beq 1f\n"
                   "mov pc, r12\n"
                   "1:\n"
                   "ldr r1, [r0, #36]\n"
                   "cbz r1, 1f\n"
                   "ldr r1, [r0, #312]\n"
                   "lsls r1, #31\n"
                   "beq 1f\n"
                   "movs r1, #0\n"
                   "movs r2, #1\n"
                   "strd r1, r2, [r0, #36]\n"
                   "mov pc, r12\n"
                   "1:\n"
                   "ldr r1, [r0, #300]\n"
                   "cmp r1, #0\n"
                   "bgt.w 5b\n"
                   : "+r"(r0), "=Up"(predicate)
                   :
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6",
                     "q7", "cc", "memory");
    (void)predicate; // written, but of no use outside
}

#undef LOAD_X
#undef LOAD_W
#undef MULTIPLY
#undef REST
#undef PUSH
#undef SKIP
#undef VECTOR_OF_TAPS
#undef EIGHT_VECTORS
#undef ROUND_UP
#undef ROUND_AWAY
#undef REQUANT
#undef BOTTOM
#undef TOP
#undef BYTES
#undef BOUNDS
#undef STORE
#undef PLACES
#undef SIXTEEN
#undef EIGHT
#undef FOUR

#endif
