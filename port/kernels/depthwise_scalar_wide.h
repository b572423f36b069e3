// Depthwise convolution on Armv7-M, four multiply-adds a multiplication. A word holds two pixels, x0 + x1 * 2^FIELD, and so does a word of
// weights, w1 + w0 * 2^FIELD. Their product has three fields: x0 * w0 + x1 * w1 in the middle belongs to one output, x1 * w0 above it to the
// next one, x0 * w1 below it to the one before. A block of products so gives one output, and what two blocks leave between them makes another.
//
// With stride 1 a word's pixels are neighbours. With stride 2 they are two apart, and words of even and of odd columns alternate.
#ifndef MITE_DEPTHWISE_SCALAR_WIDE_H
#define MITE_DEPTHWISE_SCALAR_WIDE_H

#include <stddef.h>

#include "scalar.h"

// So many products of int8 fit the middle field; of the other two each has fewer. HALF keeps the lower two above zero.
enum { WIDE_FIELD = 21, WIDE_TAPS = 63, WIDE_HALF = 1 << (WIDE_FIELD - 1) };

typedef struct {
    const mite_conv_t *p;
    int32_t row;   // words of a kernel row, and of what a block reads of a row
    int32_t words; // of a row of pixels
    int32_t gap;   // from a word to the next: rows of a 3x3 kernel lie side by side
    int32_t pitch; // from a row to the next
    int32_t zeros; // a word of two pixels outside of the picture
    // Of the words of a row (stride 1): outside, one pixel outside, inside, one pixel outside. With stride 2: to be looked at, inside.
    int32_t before, mixed, inside, odd;
} wide_t;

SCALAR_INLINE int32_t wide_pair(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)low + ((uint32_t)high << WIDE_FIELD));
}

// The word of a row in which a column is the first or second pixel.
SCALAR_INLINE int32_t word_of(int32_t x, int32_t stride) {
    return stride == 1 ? x / 2 : x / 4 * 2 + (x & 1);
}

static __attribute__((noinline)) void wide_begin(wide_t *s, const mite_conv_t *p) {
    int32_t blocks = p->out_w / 2 + 1, pad = p->pad_left, width = p->in_w;
    s->p = p;
    s->row = word_of(p->kernel_w - 1, p->stride_w) + 1;
    if (p->kernel_w > 1) { // with stride 2 the last tap may be in an earlier word than the one before it
        s->row = mite_quant_max(s->row, word_of(p->kernel_w - 2, p->stride_w) + 1);
    }
    s->words = (blocks - 1) * p->stride_w + s->row;
    s->zeros = wide_pair(p->input_zero_point, p->input_zero_point);
    s->mixed = s->odd = 0;
    if (p->stride_w == 1) {
        int32_t left = s->words;
        s->before = mite_quant_min(pad / 2, left);
        left -= s->before;
        s->mixed = mite_quant_min(pad & 1, left);
        left -= s->mixed;
        s->inside = mite_quant_min((width - s->mixed) / 2, left);
        left -= s->inside;
        s->odd = mite_quant_min((width - s->mixed) & 1, left);
    } else {
        int32_t groups = s->words / 2, first = mite_quant_min((pad + 3) / 4, groups);
        s->before = 2 * first;
        s->inside = 2 * mite_quant_max(mite_quant_min((width + pad) / 4, groups) - first, 0);
    }
}

// A row of the picture, or one outside of it.
static __attribute__((noinline)) void wide_load(const wide_t *s, const int8_t *channel, int32_t y, int32_t *to) {
    const mite_conv_t *p = s->p;
    int32_t step = p->in_c, gap = s->gap, zero = p->input_zero_point, zeros = s->zeros;
    int32_t *end = to + s->words * gap;
    if (y >= 0 && y < p->in_h) {
        const int8_t *row = channel + y * p->in_w * step;
        if (p->stride_w == 1) {
            for (int32_t i = s->before; i; i--, to += gap) {
                *to = zeros;
            }
            if (s->mixed) {
                *to = wide_pair(zero, *row);
                row += step;
                to += gap;
            }
            for (int32_t i = s->inside; i; i--, to += gap) {
                int32_t low = *row, high = row[step];
                row += 2 * step;
                *to = wide_pair(low, high);
            }
            if (s->odd) {
                *to = wide_pair(*row, zero);
                to += gap;
            }
        } else {
            int32_t begin = s->before, stop = begin + s->inside, width = p->in_w;
            for (int32_t i = 0; i < s->words;) {
                int32_t x = 2 * (i & ~1) + (i & 1) - p->pad_left;
                if (i == begin && i < stop) {
                    for (const int8_t *at = row + x * step; i < stop; i += 2, to += 2 * gap) {
                        int32_t a = at[0], b = at[step];
                        at += 2 * step;
                        int32_t c = at[0], d = at[step];
                        at += 2 * step;
                        to[0] = wide_pair(a, c);
                        to[gap] = wide_pair(b, d);
                    }
                } else {
                    *to = wide_pair(x >= 0 && x < width ? row[x * step] : zero, x + 2 >= 0 && x + 2 < width ? row[(x + 2) * step] : zero);
                    to += gap;
                    i++;
                }
            }
        }
    }
    for (; to != end; to += gap) {
        *to = zeros;
    }
}

// The words of a kernel row's weights.
static void wide_weights(const wide_t *s, const int8_t *w, int32_t *to) {
    int32_t width = s->p->kernel_w, step = s->p->out_c, far = s->p->stride_w;
    for (int32_t i = 0; i < s->row; i++, to++) {
        int32_t tap = far == 1 ? 2 * i : 2 * (i & ~1) + (i & 1);
        *to = wide_pair(tap + far < width ? w[(tap + far) * step] : 0, tap < width ? w[tap * step] : 0);
    }
}

// Those of a 3x3 kernel for each order in which its rows may lie: 0 1 2, 1 2 0, 2 0 1. Three first words, then the three second ones.
static __attribute__((noinline)) void wide_weights3(const wide_t *s, const int8_t *w, int32_t *to) {
    int32_t step = s->p->out_c, far = s->p->stride_w;
    for (int32_t i = 0; i < 3; i++) {
        int32_t a = *w, b = w[step], c = w[2 * step];
        w += 3 * step;
        int32_t first = wide_pair(far == 1 ? b : c, a), second = wide_pair(0, far == 1 ? c : b);
        int32_t *at = to + i;
        at[0] = first;
        at[3] = second;
        at = to + (i ? i + 5 : 8);
        at[0] = first;
        at[3] = second;
        at = to + (i == 2 ? 12 : i + 13);
        at[0] = first;
        at[3] = second;
    }
}

// What a block's products begin with.
SCALAR_INLINE int64_t wide_half(void) {
    return (int64_t)WIDE_HALF << WIDE_FIELD | WIDE_HALF;
}

// A block: `rows` rows of `row` words, `pitch` bytes apart.
SCALAR_INLINE int64_t wide_block(const int32_t *x, int32_t pitch, const int32_t *w, int32_t rows, int32_t row) {
    int64_t sums = wide_half();
#define WIDE_ROWS(PRODUCTS) \
    __asm volatile("1:\n" PRODUCTS \
                   "add %[x], %[pitch]\n" \
                   "subs %[rows], #1\n" \
                   "bne 1b\n" \
                   : [s] "+&r"(sums), [x] "+&r"(x), [w] "+&r"(w), [rows] "+&r"(rows) \
                   : [pitch] "r"(pitch) \
                   : "r2", "r3", "r4", "r5", "r6", "r8", "cc", "memory")
    switch (row) {
        case 2:
            WIDE_ROWS("ldmia %[x], {r2, r3}\n"
                      "ldmia %[w]!, {r4, r5}\n"
                      "smlal %Q[s], %R[s], r2, r4\n"
                      "smlal %Q[s], %R[s], r3, r5\n");
            break;
        case 3:
            WIDE_ROWS("ldmia %[x], {r2, r3, r4}\n"
                      "ldmia %[w]!, {r5, r6, r8}\n"
                      "smlal %Q[s], %R[s], r2, r5\n"
                      "smlal %Q[s], %R[s], r3, r6\n"
                      "smlal %Q[s], %R[s], r4, r8\n");
            break;
        case 4:
            WIDE_ROWS("ldmia %[x], {r2, r3, r4, r5}\n"
                      "ldmia %[w]!, {r6, r8}\n"
                      "smlal %Q[s], %R[s], r2, r6\n"
                      "smlal %Q[s], %R[s], r3, r8\n"
                      "ldmia %[w]!, {r6, r8}\n"
                      "smlal %Q[s], %R[s], r4, r6\n"
                      "smlal %Q[s], %R[s], r5, r8\n");
            break;
        default:
            for (; rows; rows--, x += pitch / 4) {
                for (int32_t i = 0; i < row; i++) {
                    sums = scalar_one(sums, x[i], *w++);
                }
            }
    }
#undef WIDE_ROWS
    return sums;
}

// A row of outputs. x, w: the rows under the kernel in the order in which they lie, and the weights in that order.
static __attribute__((noinline)) void wide_row(const wide_t *s, const int32_t *x, const int32_t *w, const scalar_scale_t *scale, int8_t *out,
                                                int positive) {
    const mite_conv_t *p = s->p;
    int32_t above = 0, step = p->out_c, pitch = 4 * s->pitch, rows = p->kernel_h, row = s->row, next = p->stride_w;
    int8_t *at = out - step;
    for (int32_t left = p->out_w; left >= 0; left -= 2, x += next) {
        int64_t sums = wide_block(x, pitch, w, rows, row);
        // Both have WIDE_HALF in them, which the bias makes good.
        int32_t before = above + ((int32_t)sums & (2 * WIDE_HALF - 1));
        int32_t sum = (int32_t)(sums >> WIDE_FIELD) & (2 * WIDE_HALF - 1);
        above = (int32_t)(sums >> 2 * WIDE_FIELD);
        if (at != out - step) {
            *at = positive ? scalar_output(before, scale, &p->requant, 1) : scalar_output(before, scale, &p->requant, 0);
        }
        at += step;
        if (left) {
            *at = positive ? scalar_output(sum, scale, &p->requant, 1) : scalar_output(sum, scale, &p->requant, 0);
            at += step;
        }
    }
}

// A row of outputs that are those of scalar_positive, with a shift of 2 or more. The functions below know these places by name; the first
// seven in this order.
typedef struct {
    int32_t multiplier, shift; // one less than the channel's
    int64_t begin;             // what an output's product is added to: bias, both roundings, zero point
    int8_t *out;               // where the one before the next belongs
    int32_t step;
    union {
        const int32_t *end; // wide_row3: of x
        int32_t left;       // wide_rows: outputs
    } until;
    const int32_t *x, *weights;
    int32_t pitch, rows; // bytes from one to the next
    int32_t row, next;   // bytes from one block to the next
    int32_t width, above;
} quick_t;

// Takes a block's sums apart, (r10, r11): what the output before it still lacked, to lr; its own, to r10; what is above that, to r12.
#define WIDE_PARTS \
    "ubfx lr, r10, #0, #21\n" \
    "add lr, lr, r12\n" \
    "lsr r10, r10, #21\n" \
    "bfi r10, r11, #11, #10\n" \
    "asr r12, r11, #10\n"
// The output before it, and its own.
#define WIDE_BEFORE \
    "smull r11, lr, lr, r2\n" \
    "adds r11, r11, r4\n" \
    "adc lr, lr, r5\n" \
    "asr lr, lr, r3\n" \
    "ssat lr, #8, lr\n" \
    "strb lr, [r6]\n"
#define WIDE_OWN \
    "smlal r4, r5, r10, r2\n" \
    "asr r5, r5, r3\n" \
    "ssat r5, #8, r5\n" \
    "strb r5, [r6, r8]\n" \
    "add r6, r6, r8, lsl #1\n" \
    "str r6, [%[q], %[out]]\n"
#define WIDE_PRODUCTS3 \
    "smlal r10, r11, r2, r5\n" \
    "smlal r10, r11, r3, r6\n" \
    "smlal r10, r11, r4, r8\n"
#define WIDE_HALVES "mov r10, #0x100000\nmov r11, #0x200\n"
#define WIDE_PLACES(NAME) [NAME] "i"(offsetof(quick_t, NAME))

// A 3x3 kernel: weights and x by columns, three rows in each. The flag Z says whether a block is the first, which has no output before it.
SCALAR_INLINE void wide_row3(quick_t *q, const int two) {
    __asm volatile(
        "ldr r1, [%[q], %[x]]\n"
        "movs r12, #0\n"
        "1: ldr r9, [%[q], %[weights]]\n" WIDE_HALVES
        "ldmia r1!, {r2, r3, r4}\n"
        "ldmia r9!, {r5, r6, r8}\n" WIDE_PRODUCTS3
        ".if %c[two]\n"
        "ldmia r1!, {r2, r3, r4}\n"
        ".else\n"
        "ldmia r1, {r2, r3, r4}\n"
        ".endif\n"
        "ldmia r9, {r5, r6, r8}\n" WIDE_PRODUCTS3
        "ldmia %[q], {r2, r3, r4, r5, r6, r8, r9}\n" WIDE_PARTS
        "beq 2f\n" WIDE_BEFORE
        "2:\n" WIDE_OWN
        "cmp r1, r9\n"
        "blo 1b\n"
        "ldr r2, [%[q], %[width]]\n"
        "lsls r2, r2, #31\n"
        "bne 3f\n"
        // An even width: only the first column is in the last output.
        "ldr r9, [%[q], %[weights]]\n" WIDE_HALVES
        "ldmia r1, {r2, r3, r4}\n"
        "ldmia r9, {r5, r6, r8}\n" WIDE_PRODUCTS3
        "ldmia %[q], {r2, r3, r4, r5, r6}\n" WIDE_PARTS WIDE_BEFORE
        "3:\n"
        :
        : [q] "r"(q), [two] "i"(two), WIDE_PLACES(x), WIDE_PLACES(weights), WIDE_PLACES(out), WIDE_PLACES(width)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

static __attribute__((noinline)) void wide_row3_one(quick_t *q) {
    wide_row3(q, 0);
}

static __attribute__((noinline)) void wide_row3_two(quick_t *q) {
    wide_row3(q, 1);
}

#if !defined(__OPTIMIZE_SIZE__)
#define WIDE_ROWS 1

// Kernels of two to four words a row: weights and x by rows.
static __attribute__((noinline)) void wide_rows(quick_t *q) {
    __asm volatile(
        "1: ldrd r1, r9, [%[q], %[x]]\n"
        "ldrd r12, lr, [%[q], %[pitch]]\n"
        "ldr r6, [%[q], %[row]]\n" WIDE_HALVES
        "cmp r6, #3\n"
        "beq 3f\n"
        "bgt 4f\n"
        "2: ldmia r1, {r2, r3}\n"
        "ldmia r9!, {r5, r6}\n"
        "add r1, r1, r12\n"
        "smlal r10, r11, r2, r5\n"
        "smlal r10, r11, r3, r6\n"
        "subs lr, lr, #1\n"
        "bne 2b\n"
        "b 5f\n"
        "3: ldmia r1, {r2, r3, r4}\n"
        "ldmia r9!, {r5, r6, r8}\n"
        "add r1, r1, r12\n" WIDE_PRODUCTS3
        "subs lr, lr, #1\n"
        "bne 3b\n"
        "b 5f\n"
        "4: ldmia r1, {r2, r3, r4, r5}\n"
        "ldmia r9!, {r6, r8}\n"
        "smlal r10, r11, r2, r6\n"
        "smlal r10, r11, r3, r8\n"
        "ldmia r9!, {r6, r8}\n"
        "add r1, r1, r12\n"
        "smlal r10, r11, r4, r6\n"
        "smlal r10, r11, r5, r8\n"
        "subs lr, lr, #1\n"
        "bne 4b\n"
        "5: ldmia %[q], {r2, r3, r4, r5, r6, r8, r9}\n"
        "ldr r12, [%[q], %[above]]\n" WIDE_PARTS
        "str r12, [%[q], %[above]]\n"
        "ldr r12, [%[q], %[width]]\n"
        "cmp r12, r9\n"
        "beq 6f\n" WIDE_BEFORE
        "cmp r9, #0\n"
        "beq 7f\n"
        "6:\n" WIDE_OWN
        "ldr r1, [%[q], %[x]]\n"
        "ldr r2, [%[q], %[next]]\n"
        "add r1, r1, r2\n"
        "str r1, [%[q], %[x]]\n"
        "subs r9, r9, #2\n"
        "str r9, [%[q], %[until]]\n"
        "bge 1b\n"
        "7:\n"
        :
        : [q] "r"(q), WIDE_PLACES(x), WIDE_PLACES(pitch), WIDE_PLACES(row), WIDE_PLACES(above), WIDE_PLACES(width), WIDE_PLACES(out),
          WIDE_PLACES(next), WIDE_PLACES(until)
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}
#endif

#undef WIDE_PARTS
#undef WIDE_BEFORE
#undef WIDE_OWN
#undef WIDE_PRODUCTS3
#undef WIDE_HALVES
#undef WIDE_PLACES

enum { WIDE_ANY, WIDE_3X3, WIDE_QUICK };

// One channel of a picture. weights: all kernel rows, and all but the last once more; for WIDE_3X3 for each turn of the rows all of them.
static void wide_picture(const wide_t *s, const int8_t *in, int8_t *out, int32_t *plane, const int32_t *weights, const scalar_scale_t *scale,
                         int positive, quick_t *q, int how) {
    const mite_conv_t *p = s->p;
    int32_t rows = p->kernel_h, next = 0, slot = 0; // the next row to load, counted from the first under the kernel, and its place
    for (int32_t oy = p->out_h, first = 0; oy; oy--, first += p->stride_h, out += p->out_w * p->out_c) {
        if (next < first) { // a stride larger than the kernel
            next = first;
            slot = 0;
        }
        for (; next < first + rows; next++) {
            wide_load(s, in, next - p->pad_top, plane + slot * s->pitch);
            slot = slot + 1 == rows ? 0 : slot + 1;
        }
        // The oldest row, kernel row 0, lies in the slot that comes next; in the first slot lies the one so many rows below.
        int32_t turn = slot ? rows - slot : 0;
        q->out = out - p->out_c;
        q->x = plane;
        if (how == WIDE_3X3) {
            q->weights = weights + 6 * turn;
            if (p->stride_w == 1) {
                wide_row3_one(q);
            } else {
                wide_row3_two(q);
            }
#if defined(WIDE_ROWS)
        } else if (how == WIDE_QUICK) {
            q->weights = weights + turn * s->row;
            q->until.left = p->out_w;
            wide_rows(q);
#endif
        } else {
            wide_row(s, plane, weights + turn * s->row, scale, out, positive);
        }
    }
}

// Returns 0 if it is not for this one: too many taps, or too little scratch memory.
static int depthwise_wide(const mite_conv_t *p) {
    wide_t s;
    wide_begin(&s, p);
    int32_t rows = p->kernel_h, taps = rows * p->kernel_w, positive = scalar_positive(&p->requant), least = 31;
    for (int32_t c = 0; c < p->out_c; c++) {
        least = mite_quant_min(least, p->requant.packed[2 * c + 1] & 31);
    }
    int how = WIDE_ANY;
    if (positive && least >= 2) {
        how = rows == 3 && p->kernel_w == 3 ? WIDE_3X3 : WIDE_ANY;
#if defined(WIDE_ROWS)
        how = how == WIDE_ANY && s.row >= 2 && s.row <= 4 ? WIDE_QUICK : how;
#endif
    }
    s.gap = how == WIDE_3X3 ? 3 : 1;
    s.pitch = how == WIDE_3X3 ? 1 : s.words;
    int32_t plane_words = s.words * rows, weight_words = how == WIDE_3X3 ? 18 : (2 * rows - 1) * s.row;
    if (taps > WIDE_TAPS || p->scratch_bytes / 4 < plane_words + weight_words) {
        return 0;
    }
    int32_t *plane = p->scratch, *weights = plane + plane_words;
    quick_t q = {.step = p->out_c, .pitch = 4 * s.pitch, .rows = rows, .row = s.row, .next = 4 * p->stride_w, .width = p->out_w};
    q.until.end = plane + (p->out_w + 1) / 2 * p->stride_w * 3;
    for (int32_t c = 0; c < p->out_c; c++) {
        const int8_t *filter = p->filter + c;
        if (how == WIDE_3X3) {
            wide_weights3(&s, filter, weights);
        } else {
            for (int32_t i = 0; i < 2 * rows - 1; i++) {
                wide_weights(&s, filter + (i < rows ? i : i - rows) * p->kernel_w * p->out_c, weights + i * s.row);
            }
        }
        const int32_t *packed = p->requant.packed + 2 * c;
        int32_t bias = (packed[1] >> 5) - WIDE_HALF;
        scalar_scale_t scale = scalar_scale(packed, bias, p->requant.zero_point);
        q.multiplier = scale.multiplier;
        q.shift = scale.shift - 1;
        q.begin = scalar_one((int64_t)(2 * p->requant.zero_point + 1) * ((int64_t)1 << (scale.shift + 30)) + (1 << 30), bias, scale.multiplier);
        for (int32_t b = 0; b < p->batches; b++) {
            wide_picture(&s, p->input + b * p->in_h * p->in_w * p->in_c + c, p->output + b * p->out_h * p->out_w * p->out_c + c, plane, weights,
                         &scale, positive, &q, how);
        }
    }
    return 1;
}

#endif
