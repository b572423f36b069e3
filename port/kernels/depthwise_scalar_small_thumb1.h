// Small pictures, a channel after another (depthwise_scalar_small.h); on Armv6-M from products to outputs, written by hand: gcc runs out of
// registers.
#ifndef MITE_DEPTHWISE_SCALAR_SMALL_THUMB1_H
#define MITE_DEPTHWISE_SCALAR_SMALL_THUMB1_H

#include <stddef.h>

#include "depthwise_scalar_3x3.h"
#include "depthwise_scalar_span.h"

// Pictures of a channel. `small_picture` knows these places by name.
typedef struct {
    nine_scale_t scale; // is loaded at once
    int32_t bias;
    int8_t *out, *end; // of a row
    int32_t step, out_row;
    const int32_t *x, *w, *pixels, *weights;
    int32_t x_row, w_bytes; // bytes from a row of pixels to the next; of the windows' weights
    const small_span_t *row, *row_end, *column, *columns;
} small_channel_t;

#if defined(SCALAR_HIGH_REGISTERS)
// Between its products lr is the channel.
static __attribute__((noinline)) void small_picture(small_channel_t *q) {
#define SMALL_PLACE(NAME) [NAME] "i"(offsetof(small_channel_t, NAME))
#define SMALL_TWO \
    "ldmia r0!, {r1, r2}\n" \
    "ldmia r7!, {r3, r4}\n" \
    "muls r1, r3\n" \
    "muls r2, r4\n" \
    "adds r1, r2\n" \
    "add r8, r1\n"
#define SMALL_NEXT \
    "add r0, r9\n" \
    "add r7, r11\n" \
    "cmp r7, r12\n"
    register small_channel_t *channel __asm("r0") = q; // all low registers are used
    __asm volatile(
        ".syntax unified\n"
        "mov lr, r0\n"
        "1: mov r1, lr\n"
        "ldr r2, [r1, %[row]]\n"
        "ldmia r2!, {r3, r4, r5}\n"
        "str r2, [r1, %[row]]\n"
        "ldr r6, [r1, %[pixels]]\n"
        "adds r6, r4\n"
        "str r6, [r1, %[x]]\n"
        "ldr r6, [r1, %[weights]]\n"
        "adds r6, r5\n"
        "str r6, [r1, %[w]]\n"
        "lsls r3, #5\n"
        "str r3, [r1, %[w_bytes]]\n"
        "ldr r6, [r1, %[columns]]\n"
        "str r6, [r1, %[column]]\n"
        "ldr r6, [r1, %[out]]\n"
        "ldr r5, [r1, %[out_row]]\n"
        "adds r6, r5\n"
        "str r6, [r1, %[end]]\n"
        "2: mov r1, lr\n"
        "ldr r2, [r1, %[column]]\n"
        "ldmia r2!, {r3, r4, r5}\n"
        "str r2, [r1, %[column]]\n"
        "ldr r0, [r1, %[x]]\n"
        "adds r0, r4\n"
        "ldr r7, [r1, %[w]]\n"
        "adds r7, r5\n"
        "ldr r4, [r1, %[w_bytes]]\n"
        "adds r4, r7\n"
        "mov r12, r4\n"
        "ldr r4, [r1, %[bias]]\n"
        "mov r8, r4\n"
        "adr r4, 20f\n"
        "ldrb r5, [r4, r3]\n"
        "adds r4, r5\n"
        "mov r10, r4\n"
        // From a row's taps to the next row's.
        "lsls r3, #2\n"
        "ldr r4, [r1, %[x_row]]\n"
        "subs r4, r3\n"
        "mov r9, r4\n"
        "movs r4, #32\n"
        "subs r4, r3\n"
        "mov r11, r4\n"
        "mov pc, r10\n"
        ".balign 4\n"
        "20: .byte 0, 21f - 20b, 22f - 20b, 23f - 20b, 24f - 20b, 25f - 20b, 26f - 20b, 27f - 20b, 28f - 20b, 0\n"
        "28:\n" SMALL_TWO
        "26:\n" SMALL_TWO
        "24:\n" SMALL_TWO
        "22:\n" SMALL_TWO SMALL_NEXT
        "beq 3f\n"
        "mov pc, r10\n"
        "27:\n" SMALL_TWO
        "25:\n" SMALL_TWO
        "23:\n" SMALL_TWO
        "21: ldmia r0!, {r1}\n"
        "ldmia r7!, {r2}\n"
        "muls r1, r2\n"
        "add r8, r1\n" SMALL_NEXT
        "beq 3f\n"
        "mov pc, r10\n"
        "3: mov r1, r8\n"
        "mov r6, lr\n"
        "ldmia r6, {r2, r3, r4, r5, r6}\n" NINE_OUTPUT
        "beq 4f\n"
        "asrs r1, #31\n"
        "movs r2, #127\n"
        "eors r2, r1\n"
        "4: mov r3, lr\n"
        "ldr r4, [r3, %[out]]\n"
        "strb r2, [r4]\n"
        "ldr r5, [r3, %[step]]\n"
        "adds r4, r5\n"
        "str r4, [r3, %[out]]\n"
        "ldr r5, [r3, %[end]]\n"
        "cmp r4, r5\n"
        "beq 5f\n"
        "b 2b\n"
        "5: ldr r2, [r3, %[row]]\n"
        "ldr r4, [r3, %[row_end]]\n"
        "cmp r2, r4\n"
        "beq 6f\n"
        "b 1b\n"
        "6:\n"
        : "+r"(channel)
        : SMALL_PLACE(row), SMALL_PLACE(row_end), SMALL_PLACE(column), SMALL_PLACE(columns), SMALL_PLACE(pixels), SMALL_PLACE(weights),
          SMALL_PLACE(x), SMALL_PLACE(w), SMALL_PLACE(x_row), SMALL_PLACE(w_bytes), SMALL_PLACE(bias), SMALL_PLACE(out), SMALL_PLACE(end),
          SMALL_PLACE(step), SMALL_PLACE(out_row)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef SMALL_PLACE
#undef SMALL_TWO
#undef SMALL_NEXT
}
#endif

#endif
