// Winograd's convolution with two multiplications an instruction.

#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

#include "dsp.h"

static inline int32_t word(const int8_t *at) {
    return dsp_load(at);
}

static inline int32_t even(int32_t word) {
    return dsp_even(word);
}

static inline int32_t odd(int32_t word) {
    return dsp_odd(word);
}

static inline int32_t sum(int32_t a, int32_t b) {
    int32_t halves;
    __asm("sadd16 %0, %1, %2" : "=r"(halves) : "r"(a), "r"(b));
    return halves;
}

static inline int32_t difference(int32_t a, int32_t b) {
    int32_t halves;
    __asm("ssub16 %0, %1, %2" : "=r"(halves) : "r"(a), "r"(b));
    return halves;
}

typedef struct {
    dsp_scale_t scale;
    int32_t bias; // four times
} winograd_scale_t;

static inline winograd_scale_t winograd_scale(const mite_requant_t *r, int32_t channel) {
    const int32_t *packed = r->packed + 2 * channel;
    winograd_scale_t scale = {dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1), (int32_t)((uint32_t)(packed[1] >> 5) << 2)};
    return scale;
}

// The three loops are pieces of assembly, as there is no register to spare.
#define NAKED __attribute__((naked, noinline, noipa))

// B from the right: `columns` are those of one row, 8 words apart; `v` are its positions in four tiles, `step` words apart.
NAKED static void winograd_across(const int32_t *columns, int32_t *v, int32_t step) {
    // Columns 0, 2, 4, 6, 8 in r3 to r7, then 1 in place of 0, 3, 5 and 7 in r8 to r10, and 9 in place of 8.
    __asm(
        "push {r4-r11, lr}\n"
        "lsl r2, r2, #2\n"
        "add lr, r0, #16\n"
        "1: ldr r3, [r0, #0]\n"
        "ldr r4, [r0, #64]\n"
        "ldr r5, [r0, #128]\n"
        "ldr r6, [r0, #192]\n"
        "ldr r7, [r0, #256]\n"
        "ssub16 r8, r3, r4\n"
        "ssub16 r9, r4, r5\n"
        "ssub16 r10, r5, r6\n"
        "ssub16 r11, r6, r7\n"
        "stmia r1, {r8-r11}\n"
        "add r1, r1, r2\n"
        "ldr r3, [r0, #32]\n"
        "ldr r8, [r0, #96]\n"
        "ldr r9, [r0, #160]\n"
        "ldr r10, [r0, #224]\n"
        "sadd16 r11, r3, r4\n"
        "sadd16 r12, r8, r5\n"
        "strd r11, r12, [r1]\n"
        "sadd16 r11, r9, r6\n"
        "sadd16 r12, r10, r7\n"
        "strd r11, r12, [r1, #8]\n"
        "add r1, r1, r2\n"
        "ssub16 r4, r4, r3\n"
        "ssub16 r5, r5, r8\n"
        "ssub16 r6, r6, r9\n"
        "ssub16 r7, r7, r10\n"
        "stmia r1, {r4-r7}\n"
        "add r1, r1, r2\n"
        "ldr r7, [r0, #288]\n"
        "ssub16 r3, r3, r8\n"
        "ssub16 r4, r8, r9\n"
        "ssub16 r5, r9, r10\n"
        "ssub16 r6, r10, r7\n"
        "stmia r1, {r3-r6}\n"
        "add r1, r1, r2\n"
        "adds r0, r0, #4\n"
        "cmp r0, lr\n"
        "bne 1b\n"
        "pop {r4-r11, pc}\n");
}

// Two input channels of two output channels in four tiles. r0 U, r1 V, r4 to r11 the sums.
#define PAIR(multiply, third) \
    "ldrd r2, r3, [r0], #8\n" \
    "ldrd r12, lr, [r1], #8\n" \
    multiply " r4, r2, r12" third("r4") \
    multiply " r5, r2, lr" third("r5") \
    multiply " r8, r3, r12" third("r8") \
    multiply " r9, r3, lr" third("r9") \
    "ldrd r12, lr, [r1], #8\n" \
    multiply " r6, r2, r12" third("r6") \
    multiply " r7, r2, lr" third("r7") \
    multiply " r10, r3, r12" third("r10") \
    multiply " r11, r3, lr" third("r11")
#define NOTHING(sum) "\n"
#define SUM(sum) ", " sum "\n"

// For each of 16 positions the sums over `pairs` pairs of input channels, an even number, of two output channels in four tiles.
NAKED static void winograd_products(const int32_t *u, const int32_t *v, int32_t *sums, int32_t pairs) {
    // On the stack: where V ends for this position, bytes of V for a position, where the sums go, the end of the sums.
    __asm(
        "push {r4-r11, lr}\n"
        "lsl r5, r3, #4\n"
        "mov r4, r1\n"
        "mov r6, r2\n"
        "add r7, r2, #512\n"
        "push {r4-r7}\n"
        "1: ldrd r2, r3, [sp]\n"
        "add r2, r2, r3\n"
        "str r2, [sp]\n"
        PAIR("smuad", NOTHING)
        "b 3f\n"
        "2:" PAIR("smlad", SUM)
        "3:" PAIR("smlad", SUM)
        "ldr r12, [sp]\n"
        "cmp r1, r12\n"
        "bne 2b\n"
        "ldrd r2, r3, [sp, #8]\n"
        "stmia r2!, {r4-r11}\n"
        "str r2, [sp, #8]\n"
        "cmp r2, r3\n"
        "bne 1b\n"
        "add sp, sp, #16\n"
        "pop {r4-r11, pc}\n");
}

// As dsp_requant: r0 multiplier, r1 shift, r11 half a step and the zero point, r12 -1 where there is a shift; r3 is free.
#define OUTPUT(sum, to) \
    "and r3, r12, " sum ", asr #31\n" \
    "asr " sum ", " sum ", #1\n" \
    "add r3, r3, r11\n" \
    "smmlar " sum ", " sum ", r0, r3\n" \
    "asr " sum ", " sum ", r1\n" \
    "ssat " sum ", #8, " sum "\n" \
    "strb " sum ", " to "\n"

// The four outputs of a channel in a tile. m: its sums, 8 words apart.
NAKED static void winograd_outputs(const int32_t *m, const winograd_scale_t *scale, int8_t *out, int32_t down, int32_t right) {
    // A' from above: r4 to r7, and r8 to r11. The bias goes where all four outputs have it from.
    __asm(
        "push {r3-r11, lr}\n"
        "ldr r4, [r0, #0]\n"
        "ldr r8, [r0, #128]\n"
        "ldr r12, [r0, #256]\n"
        "ldr lr, [r0, #384]\n"
        "add r4, r4, r8\n"
        "add r4, r4, r12\n"
        "sub r8, r8, r12\n"
        "sub r8, r8, lr\n"
        "ldr r5, [r0, #32]\n"
        "ldr r9, [r0, #160]\n"
        "ldr r12, [r0, #288]\n"
        "ldr lr, [r0, #416]\n"
        "ldr r3, [r1, #16]\n"
        "add r9, r9, r3\n"
        "add r5, r5, r9\n"
        "add r5, r5, r12\n"
        "sub r9, r9, r12\n"
        "sub r9, r9, lr\n"
        "ldr r6, [r0, #64]\n"
        "ldr r10, [r0, #192]\n"
        "ldr r12, [r0, #320]\n"
        "ldr lr, [r0, #448]\n"
        "add r6, r6, r10\n"
        "add r6, r6, r12\n"
        "sub r10, r10, r12\n"
        "sub r10, r10, lr\n"
        "ldr r7, [r0, #96]\n"
        "ldr r11, [r0, #224]\n"
        "ldr r12, [r0, #352]\n"
        "ldr lr, [r0, #480]\n"
        "add r7, r7, r11\n"
        "add r7, r7, r12\n"
        "sub r11, r11, r12\n"
        "sub r11, r11, lr\n"
        "add r4, r4, r5\n"
        "add r4, r4, r6\n"
        "sub r5, r5, r6\n"
        "sub r5, r5, r7\n"
        "add r8, r8, r9\n"
        "add r8, r8, r10\n"
        "sub r9, r9, r10\n"
        "sub r9, r9, r11\n"
        "ldr r6, [sp]\n"
        "ldr r7, [sp, #40]\n"
        "add r10, r2, r6\n"
        "ldmia r1, {r0, r1, r11, r12}\n"
        OUTPUT("r9", "[r10, r7]")
        OUTPUT("r8", "[r10]")
        OUTPUT("r5", "[r2, r7]")
        OUTPUT("r4", "[r2]")
        "pop {r3-r11, pc}\n");
}

#include "conv_winograd.h"

void mite_conv_2d_winograd_s8__dsp(const mite_conv_t *p) {
    winograd_run(p);
    mite_requant_bound(&p->requant, p->output, p->out_h * p->out_w * p->out_c);
}

#endif
