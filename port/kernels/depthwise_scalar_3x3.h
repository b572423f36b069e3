// Depthwise convolution with a 3x3 kernel where a multiplication has 32 bits: one channel after another, a word for each tap. The three rows
// under the kernel lie column by column in scratch memory, so that a window is nine words in a row. A row that comes in takes the oldest one's
// place: weights lie there for each of the three orders.
#ifndef MITE_DEPTHWISE_SCALAR_3X3_H
#define MITE_DEPTHWISE_SCALAR_3X3_H

#include <stddef.h>

#include "scalar.h"

// The upper word of a product of 64 bits is one instruction.
#if defined(__riscv_mul) || defined(SCALAR_WIDE) || defined(__x86_64__)
#define NINE_LONG 1
#endif

// A sum below NINE_SUM times a part of a multiplier fits a word, and of a part's product the lowest bits no longer matter to the next one; of the
// whole product NINE_REST bits are left below the point. With shifts up to NINE_SHIFT_MOST the zero point above them fits a word, too.
enum {
    NINE_PART = 11,
#if defined(NINE_LONG)
    NINE_REST = 31 - 32 + NINE_PART,
#else
    NINE_REST = 31 - 2 * NINE_PART,
#endif
    NINE_SUM = 1 << 20,
    NINE_SHIFT_MOST = 13,
};

// How sums become outputs that are those of scalar_positive.
typedef struct {
    int32_t low, middle, high; // parts of the multiplier, or the whole
    int32_t add, shift;        // both roundings and the zero point
} nine_scale_t;

// The weights of an order of rows, column by column, all as `nine_row` reads it.
typedef struct {
    int32_t weights[9];
    nine_scale_t scale;
} nine_t;

// A row of outputs.
typedef struct {
    const int32_t *x, *end; // windows: the first, and one behind the last
    const nine_t *nine;
    int32_t bias;
    int8_t *out;
    int32_t step, back; // bytes from an output to the next, and from a window's end to the next window
} nine_row_t;

// A channel's scale. Returns 0 if it cannot be done so for sums of `taps` taps.
static int nine_scale(nine_scale_t *to, const mite_conv_t *p, int32_t channel, int32_t taps) {
    const int32_t *packed = p->requant.packed + 2 * channel;
    int32_t multiplier = packed[0], shift = packed[1] & 31, bias = packed[1] >> 5, most = NINE_SUM - 1 - (taps << 14), half = 1 << (NINE_REST - 1);
#if defined(NINE_LONG)
    to->high = multiplier;
#else
    to->low = multiplier & ((1 << NINE_PART) - 1);
    to->middle = multiplier >> NINE_PART & ((1 << NINE_PART) - 1);
    to->high = multiplier >> 2 * NINE_PART;
#endif
    to->shift = shift + NINE_REST;
    to->add = (int32_t)((uint32_t)((2 * p->requant.zero_point + (shift ? 1 : 0)) * half) << shift) + half;
    return scalar_positive(&p->requant) && taps < 1 << 8 && shift <= NINE_SHIFT_MOST && bias <= most && bias >= -most;
}

// The output for a sum, bias and all.
SCALAR_INLINE int8_t nine_output(int32_t sum, const nine_scale_t *scale) {
#if defined(NINE_LONG)
    int32_t value = (int32_t)((int64_t)(sum * (1 << NINE_PART)) * scale->high >> 32);
#else
    int32_t value = (sum * scale->low >> NINE_PART) + sum * scale->middle;
    value = (value >> NINE_PART) + sum * scale->high;
#endif
    return (int8_t)mite_quant_saturate((value + scale->add) >> scale->shift);
}

#if defined(SCALAR_HIGH_REGISTERS)
// nine_output(): the sum is in r1, its scale in r2 to r6. The output is in both r1 and r2 if they are equal, else it is still to be held to int8.
#define NINE_OUTPUT \
    "muls r2, r1\n" \
    "asrs r2, #11\n" \
    "muls r3, r1\n" \
    "adds r2, r3\n" \
    "asrs r2, #11\n" \
    "muls r1, r4\n" \
    "adds r1, r2\n" \
    "adds r1, r5\n" \
    "asrs r1, r6\n" \
    "sxtb r2, r1\n" \
    "cmp r2, r1\n"

static __attribute__((noinline)) void nine_row(const nine_row_t *q) {
#define NINE_COLUMN \
    "ldmia r0!, {r1, r2, r3}\n" \
    "ldmia r7!, {r4, r5, r6}\n" \
    "muls r1, r4\n" \
    "muls r2, r5\n" \
    "muls r3, r6\n" \
    "adds r2, r3\n"
    register const nine_row_t *row __asm("r0") = q; // all low registers are used
    __asm volatile(
        ".syntax unified\n"
        "ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}\n"
        "mov r0, r1\n"
        "mov r12, r2\n"
        "mov r9, r4\n"
        "mov r10, r5\n"
        "mov r11, r6\n"
        "mov lr, r7\n"
        "mov r7, r3\n"
        "1:\n" NINE_COLUMN
        "add r1, r9\n"
        "adds r1, r2\n"
        "mov r8, r1\n" NINE_COLUMN
        "adds r1, r2\n"
        "add r8, r1\n" NINE_COLUMN
        "adds r1, r2\n"
        "add r1, r8\n"
        "ldmia r7!, {r2, r3, r4, r5, r6}\n" NINE_OUTPUT
        "bne 3f\n"
        "2: mov r3, r10\n"
        "strb r2, [r3]\n"
        "add r3, r11\n"
        "mov r10, r3\n"
        "subs r7, #56\n"
        "add r0, lr\n"
        "cmp r0, r12\n"
        "bne 1b\n"
        "b 4f\n"
        "3: asrs r1, #31\n"
        "movs r2, #127\n"
        "eors r2, r1\n"
        "b 2b\n"
        "4:\n"
        : "+r"(row)
        :
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef NINE_COLUMN
}
#else
static __attribute__((noinline)) void nine_row(const nine_row_t *q) {
    const nine_t *nine = q->nine;
    const int32_t *w = nine->weights;
    int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    int32_t bias = q->bias, next = q->back / 4 + 9, step = q->step;
    nine_scale_t scale = nine->scale;
    int8_t *out = q->out;
    for (const int32_t *x = q->x, *end = q->end; x != end; x += next, out += step) {
        int32_t sum = bias + x[0] * w0 + x[1] * w1 + x[2] * w2 + x[3] * w3 + x[4] * w4 + x[5] * w5 + x[6] * w6 + x[7] * w7 + x[8] * w8;
        *out = nine_output(sum, &scale);
    }
}
#endif

// The same for any clamp, sum and shift.
static __attribute__((noinline)) void nine_row_any(const nine_row_t *q, const scalar_scale_t *scale, const mite_requant_t *r) {
    int8_t *out = q->out;
    for (const int32_t *x = q->x; x != q->end; x += q->back / 4 + 9, out += q->step) {
        int32_t sum = 0;
        for (int i = 0; i < 9; i++) {
            sum += x[i] * q->nine->weights[i];
        }
        *out = scalar_output(sum, scale, r, 0);
    }
}

// A channel's weights and multiplier, for each order. Is it for nine_row? tap_step, tap_row: bytes from a tap to the next.
static int nine_begin(nine_t *orders, const mite_conv_t *p, int32_t channel, int32_t tap_step,
                      int32_t tap_row) {
    const int8_t *filter = p->filter + channel;
    for (int32_t *to = orders->weights; to != orders->weights + 9; to += 3, filter += tap_step) {
        // In order i kernel row 0 lies in slot i.
        int32_t first = filter[0], second = filter[tap_row], third = filter[2 * tap_row];
        int32_t *next = to + sizeof(nine_t) / 4, *last = next + sizeof(nine_t) / 4;
        to[0] = next[1] = last[2] = first;
        to[1] = next[2] = last[0] = second;
        to[2] = next[0] = last[1] = third;
    }
    int quick = nine_scale(&orders->scale, p, channel, 9);
    orders[1].scale = orders[2].scale = orders->scale;
    return quick;
}

// `count` words, a column apart.
static __attribute__((noinline)) void nine_load(int32_t *to, const int8_t *from, int32_t step, int32_t count) {
#if defined(SCALAR_HIGH_REGISTERS)
    int32_t i = 0, word;
#define WORD(AT) \
    "ldrsb %[word], [%[from], %[i]]\n" \
    "add %[i], %[step]\n" \
    "str %[word], [%[to], " AT "]\n"
    __asm volatile(
        ".syntax unified\n"
        "b 2f\n"
        "1:\n" WORD("#0") WORD("#12") WORD("#24") WORD("#36")
        "adds %[to], #48\n"
        "2: subs %[count], #4\n"
        "bge 1b\n"
        "adds %[count], #4\n"
        "b 4f\n"
        "3:\n" WORD("#0")
        "adds %[to], #12\n"
        "4: subs %[count], #1\n"
        "bge 3b\n"
        : [to] "+l"(to), [i] "+l"(i), [count] "+l"(count), [word] "=&l"(word)
        : [from] "l"(from), [step] "h"(step)
        : "cc", "memory");
#undef WORD
#else
    for (; count >= 4; count -= 4, to += 12) {
        int32_t a = *from, b = *(from += step), c = *(from += step), d = *(from += step);
        from += step;
        to[0] = a;
        to[3] = b;
        to[6] = c;
        to[9] = d;
    }
    for (; count; count--, from += step, to += 3) {
        *to = *from;
    }
#endif
}

// Words outside of the picture, a column apart.
static void nine_fill(int32_t *to, int32_t value, int32_t count) {
    for (; count > 0; count--, to += 3) {
        *to = value;
    }
}

// A picture as it is gone through: row by row, or column by column if those are longer.
typedef struct {
    int32_t in_w, in_h, out_w, out_h, stride_w, stride_h, pad_left, pad_top;
    int32_t in_step, in_row, out_step, out_row, tap_step, tap_row; // bytes from one to the next
} nine_picture_t;

// Returns 0 if it is not for this one.
static __attribute__((noinline)) int depthwise_nine(const mite_conv_t *p) {
    int32_t step = p->out_c, zero = p->input_zero_point, room = p->scratch_bytes / 12, columns = (p->out_w - 1) * p->stride_w + 3;
    int32_t in_row = p->in_w * step, out_row = p->out_w * step, turned_columns = (p->out_h - 1) * p->stride_h + 3;
    nine_picture_t s = {p->in_w, p->in_h, p->out_w, p->out_h, p->stride_w, p->stride_h, p->pad_left, p->pad_top, step, in_row, step, out_row,
                        step, 3 * step};
    if (p->out_h > p->out_w && turned_columns <= room && may_turn(p)) {
        s = (nine_picture_t) {s.in_h, s.in_w, s.out_h, s.out_w, s.stride_h, s.stride_w, s.pad_top, s.pad_left, in_row, step, out_row,
                              step, 3 * step, step};
        columns = turned_columns;
    }
    if (columns > room) {
        return 0;
    }
    // Columns outside of the picture are the same for all channels.
    int32_t *plane = p->scratch, left = mite_quant_min(s.pad_left, columns), inside = mite_quant_min(s.in_w, columns - left);
    for (int32_t i = 0; i < 3 * columns; i++) {
        plane[i] = zero;
    }
    int32_t *first = plane + 3 * left, fresh = mite_quant_min(s.stride_h, 3), skipped = s.stride_h - fresh;
    nine_t orders[3];
    nine_row_t row = {.x = plane, .end = plane + 3 * s.stride_w * s.out_w, .step = s.out_step, .back = 12 * s.stride_w - 36};
    for (int32_t c = 0; c < step; c++) {
        int quick = nine_begin(orders, p, c, s.tap_step, s.tap_row);
        row.bias = p->requant.packed[2 * c + 1] >> 5;
        const int8_t *in = p->input + c;
        for (int32_t b = 0; b < p->batches; b++, in += p->in_h * in_row) {
            int32_t slot = 0, load = 3, y = -s.pad_top;
            const int8_t *from = in + y * s.in_row;
            row.out = p->output + b * p->out_h * out_row + c;
            for (int32_t rows = s.out_h; rows; rows--, load = fresh) {
                for (; load; load--, y++, from += s.in_row) {
                    int32_t *to = first + slot;
                    if ((uint32_t)y < (uint32_t)s.in_h) {
                        nine_load(to, from, s.in_step, inside);
                    } else {
                        nine_fill(to, zero, inside);
                    }
                    slot = slot == 2 ? 0 : slot + 1;
                }
                y += skipped;
                from += skipped * s.in_row;
                row.nine = orders + slot; // the oldest row is kernel row 0
                if (quick) {
                    nine_row(&row);
                } else {
                    const int32_t *packed = p->requant.packed + 2 * c;
                    scalar_scale_t scale = scalar_scale(packed, row.bias, p->requant.zero_point);
                    nine_row_any(&row, &scale, &p->requant);
                }
                row.out += s.out_row;
            }
        }
    }
    return 1;
}

#endif
