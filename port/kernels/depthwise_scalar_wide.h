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

// A picture as it is gone through: row by row, or column by column if those are longer.
typedef struct {
    const mite_conv_t *p;
    int32_t in_w, in_h, out_w, out_h, kernel_w, kernel_h, stride_w, stride_h, pad_left, pad_top;
    int32_t in_step, in_row, out_step, out_row, tap_step, tap_row; // bytes from one to the next
    int32_t row;   // words of a kernel row, and of what a block reads of a row
    int32_t words; // of a row of pixels
    int32_t pitch; // from a row to the next; rows of a 3x3 kernel lie side by side
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

static __attribute__((noinline)) void wide_begin(wide_t *s, const mite_conv_t *p, int turned) {
    int32_t channels = p->out_c;
    *s = (wide_t) {p, p->in_w, p->in_h, p->out_w, p->out_h, p->kernel_w, p->kernel_h, p->stride_w, p->stride_h, p->pad_left, p->pad_top,
                   channels, p->in_w * channels, channels, p->out_w * channels, channels, p->kernel_w * channels,
                   .zeros = wide_pair(p->input_zero_point, p->input_zero_point)};
    if (turned) {
        *s = (wide_t) {p, s->in_h, s->in_w, s->out_h, s->out_w, s->kernel_h, s->kernel_w, s->stride_h, s->stride_w, s->pad_top, s->pad_left,
                       s->in_row, s->in_step, s->out_row, s->out_step, s->tap_row, s->tap_step, .zeros = s->zeros};
    }
    int32_t pad = s->pad_left, width = s->in_w;
    s->row = word_of(s->kernel_w - 1, s->stride_w) + 1;
    if (s->kernel_w > 1) { // with stride 2 the last tap may be in an earlier word than the one before it
        s->row = mite_quant_max(s->row, word_of(s->kernel_w - 2, s->stride_w) + 1);
    }
    s->words = s->out_w / 2 * s->stride_w + s->row;
    if (s->stride_w == 1) {
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

// Words of pixels outside of the picture.
SCALAR_INLINE void wide_fill(const wide_t *s, int32_t *to, int32_t *end, const int32_t gap) {
    for (int32_t zeros = s->zeros; to != end; to += gap) {
        *to = zeros;
    }
}

// A row of the picture. gap: from a word to the next.
SCALAR_INLINE void wide_load(const wide_t *s, const int8_t *row, int32_t *to, const int32_t gap, const int two) {
    int32_t step = s->in_step, *end = to + s->words * gap;
    if (!two) {
        for (int32_t i = s->before; i; i--, to += gap) {
            *to = s->zeros;
        }
        if (s->mixed) {
            *to = wide_pair(s->p->input_zero_point, *row);
            row += step;
            to += gap;
        }
        for (int32_t *stop = to + s->inside * gap; to != stop; to += gap) {
            int32_t low = *row, high = row[step];
            row += 2 * step;
            *to = wide_pair(low, high);
        }
        if (s->odd) {
            *to = wide_pair(*row, s->p->input_zero_point);
            to += gap;
        }
    } else {
        int32_t width = s->in_w, zero = s->p->input_zero_point, inside = s->before;
        int32_t *stop = to + (s->before + s->inside) * gap;
        for (int32_t i = 0, x = -s->pad_left; x < width && to != end;) {
            if (i == inside && to != stop) {
                const int8_t *at = row + x * step;
                for (x += 2 * s->inside; to != stop; to += 2 * gap) {
                    int32_t a = at[0], b = at[step];
                    at += 2 * step;
                    int32_t c = at[0], d = at[step];
                    at += 2 * step;
                    to[0] = wide_pair(a, c);
                    to[gap] = wide_pair(b, d);
                }
            } else {
                *to = wide_pair(x >= 0 ? row[x * step] : zero, x + 2 >= 0 && x + 2 < width ? row[(x + 2) * step] : zero);
                to += gap;
                x += i & 1 ? 3 : 1; // an even column's word, then an odd one's
                i++;
            }
        }
    }
    wide_fill(s, to, end, gap);
}

// The words of a kernel row's weights.
static void wide_weights(const wide_t *s, const int8_t *w, int32_t *to) {
    int32_t width = s->kernel_w, step = s->tap_step, far = s->stride_w;
    for (int32_t i = 0; i < s->row; i++, to++) {
        int32_t tap = far == 1 ? 2 * i : 2 * (i & ~1) + (i & 1);
        *to = wide_pair(tap + far < width ? w[(tap + far) * step] : 0, tap < width ? w[tap * step] : 0);
    }
}

// Those of a 3x3 kernel, doubled or not, for each order in which its rows may lie: 0 1 2, 1 2 0, 2 0 1. Three first words, then the three
// second ones.
static __attribute__((noinline)) void wide_weights3(const wide_t *s, const int8_t *w, int32_t *to, int32_t doubled) {
    int32_t step = s->tap_step, far = s->stride_w;
    for (int32_t i = 0; i < 3; i++, w += s->tap_row) {
        int32_t a = *w, b = w[step], c = w[2 * step];
        int32_t first = wide_pair(far == 1 ? b : c, a) << doubled, second = wide_pair(0, far == 1 ? c : b) << doubled;
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
    int32_t above = 0, step = s->out_step, pitch = 4 * s->pitch, rows = s->kernel_h, row = s->row, next = s->stride_w;
    int8_t *at = out - step;
    for (int32_t left = s->out_w; left >= 0; left -= 2, x += next) {
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

#undef WIDE_PARTS
#undef WIDE_BEFORE
#undef WIDE_OWN
#undef WIDE_PRODUCTS3
#undef WIDE_HALVES
#undef WIDE_PLACES

// One channel's picture, and how its rows of outputs are made.
typedef struct {
    const wide_t *s;
    int32_t *plane;
    const int32_t *weights; // all kernel rows, and all but the last once more; for a 3x3 kernel see wide_weights3
    const scalar_scale_t *scale;
    int positive;
    quick_t quick;
} wide_channel_t;

SCALAR_INLINE void wide_picture(wide_channel_t *c, const int8_t *in, int8_t *out, const int three, const int two, const int quick) {
    const wide_t *s = c->s;
    const int32_t gap = three ? 3 : 1, rows = three ? 3 : s->kernel_h, pitch = three ? 1 : s->pitch;
    int32_t fresh = mite_quant_min(s->stride_h, rows), skipped = s->stride_h - fresh, y = -s->pad_top, slot = 0;
    int32_t *plane = c->plane;
    const int8_t *row = in + y * s->in_row;
    for (int32_t load = rows, left = s->out_h; left; left--, load = fresh) {
        for (; load; load--, y++, row += s->in_row) {
            int32_t *to = plane + slot * pitch;
            if ((uint32_t)y < (uint32_t)s->in_h) {
                wide_load(s, row, to, gap, two);
            } else {
                wide_fill(s, to, to + s->words * gap, gap);
            }
            slot = slot + 1 == rows ? 0 : slot + 1;
        }
        y += skipped;
        row += skipped * s->in_row;
        // The oldest row, kernel row 0, lies in the slot that comes next; in the first slot lies the one so many rows below.
        int32_t turn = slot ? rows - slot : 0;
        c->quick.out = out - s->out_step;
        if (three) {
            c->quick.weights = c->weights + 6 * turn;
            if (two) {
                wide_row3_two(&c->quick);
            } else {
                wide_row3_one(&c->quick);
            }
        } else if (quick) {
            c->quick.x = plane;
            c->quick.weights = c->weights + turn * s->row;
            c->quick.until.left = s->out_w;
            wide_rows(&c->quick);
        } else {
            wide_row(s, plane, c->weights + turn * s->row, c->scale, out, c->positive);
        }
        out += s->out_row;
    }
}

static __attribute__((noinline)) void wide_picture3_one(wide_channel_t *c, const int8_t *in, int8_t *out) {
    wide_picture(c, in, out, 1, 0, 1);
}

static __attribute__((noinline)) void wide_picture3_two(wide_channel_t *c, const int8_t *in, int8_t *out) {
    wide_picture(c, in, out, 1, 1, 1);
}

static __attribute__((noinline)) void wide_picture_any(wide_channel_t *c, const int8_t *in, int8_t *out, int quick) {
    wide_picture(c, in, out, 0, c->s->stride_w == 2, quick);
}

// Returns 0 if it is not for this one: too many taps, or too little scratch memory.
static __attribute__((noinline)) int depthwise_wide(const mite_conv_t *p) {
    wide_t s;
    int32_t taps = p->kernel_h * p->kernel_w, positive = scalar_positive(&p->requant), zero_point = p->requant.zero_point;
    int32_t plane_words, room = p->scratch_bytes / 4;
    int three = positive && p->kernel_h == 3 && p->kernel_w == 3, turned = p->out_h > p->out_w && may_turn(p);
    for (;; turned = 0) {
        wide_begin(&s, p, turned);
        plane_words = s.words * s.kernel_h;
        if (s.stride_w <= 2 && taps <= WIDE_TAPS && plane_words + (three ? 18 : (2 * s.kernel_h - 1) * s.row) <= room) {
            break;
        }
        if (!turned) {
            return 0;
        }
    }
    s.pitch = s.words;
    int32_t *plane = p->scratch, *weights = plane + plane_words;
    scalar_scale_t scale;
    wide_channel_t channel = {&s, plane, weights, &scale, positive, {.step = s.out_step, .pitch = 4 * s.pitch, .rows = s.kernel_h, .row = s.row,
                              .next = 4 * s.stride_w, .width = s.out_w}};
    if (three) {
        channel.quick.x = plane;
        channel.quick.until.end = plane + (s.out_w + 1) / 2 * s.stride_w * 3;
    }
    for (int32_t c = 0; c < p->out_c; c++) {
        const int8_t *filter = p->filter + c;
        const int32_t *packed = p->requant.packed + 2 * c;
        int32_t bias = packed[1] >> 5, quick = 0;
        scale = scalar_scale(packed, bias - WIDE_HALF, zero_point);
        // Without a shift sums are doubled, as there is no bit that a half could be in.
        int32_t doubled = scale.shift == 0;
        if (positive) {
            int64_t rounding = (int64_t)(2 * zero_point + 1) * ((int64_t)1 << (scale.shift + doubled + 30)) + (doubled ? 0 : 1 << 30);
            channel.quick.multiplier = scale.multiplier;
            channel.quick.shift = scale.shift + doubled - 1;
            channel.quick.begin = scalar_one(rounding, (bias << doubled) - WIDE_HALF, scale.multiplier);
        }
        if (three) {
            wide_weights3(&s, filter, weights, doubled);
        } else {
            int32_t *to = weights;
            quick = positive && s.row >= 2 && s.row <= 4 && taps << doubled <= WIDE_TAPS;
            doubled &= quick;
            for (int32_t i = 0; i < s.kernel_h; i++, to += s.row) {
                wide_weights(&s, filter + i * s.tap_row, to);
            }
            for (int32_t i = 0; doubled && i < s.kernel_h * s.row; i++) {
                weights[i] *= 2;
            }
            for (int32_t i = 0; i < (s.kernel_h - 1) * s.row; i++) {
                to[i] = weights[i];
            }
        }
        for (int32_t b = 0; b < p->batches; b++) {
            const int8_t *in = p->input + b * p->in_h * p->in_w * p->in_c + c;
            int8_t *out = p->output + b * p->out_h * p->out_w * p->out_c + c;
            if (!three) {
                wide_picture_any(&channel, in, out, quick);
            } else if (s.stride_w == 1) {
                wide_picture3_one(&channel, in, out);
            } else {
                wide_picture3_two(&channel, in, out);
            }
        }
    }
    return 1;
}

#endif
