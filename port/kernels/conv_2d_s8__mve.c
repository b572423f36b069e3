// Convolution with VMLADAVA. The taps of two output pixels lie in scratch memory, 16 of one and 16 of the other in turn; they meet four
// channels' weights at once: six loads serve eight multiplications. Where 16 taps are all, sixteen pixels are a tile, and weights stay in
// registers. Tiles are read before anything of them is written.

#include <stddef.h>

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

enum { PAIR = 2, VECTOR = 16, NARROW = 32, WIDE = 16 }; // a tile's pixels: with one vector of taps each, with more

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
} four_t;

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
// r0: the four_t, kept on the stack; r1: the taps. Weights are in r3, r5, r7, r9, sums in the even registers: there is no other left.
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

static __attribute__((noinline)) void pairs(four_t *four, mve_clamp_t clamp) {
    register four_t *r0 __asm("r0") = four;
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

typedef struct {
    int32_t taps;     // of a group, a multiple of 4: bytes of a weights' row
    int32_t bytes;    // of them, without padding
    int32_t channels; // of a group
    int direct;       // a tap's channels are whole vectors, or there is only one tap
    int simple;       // a kernel row's taps follow one another in the picture
    uint32_t last_top, last_left; // the last window that lies in the picture; 0 if none does, as in `simple`
} shape_t;

// Copies `bytes` into a column, of which a vector comes every 32 bytes (step: PAIR * VECTOR) or is the only one.
static inline __attribute__((always_inline)) int8_t *lay(int8_t *column, const int8_t *from, int32_t bytes) {
    __asm volatile("wlstp.8 lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.8 q0, [%[from]], #16\n"
                   "vstrb.8 q0, [%[to]], #32\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [to] "+r"(column), [from] "+r"(from)
                   : [n] "r"(bytes)
                   : "lr", "q0", "memory");
    return column;
}

// The same for `rows` runs, `line` bytes apart.
static inline __attribute__((always_inline)) void lay_rows(int8_t *column, const int8_t *from, int32_t bytes, int32_t line, int32_t rows) {
    const int8_t *at;
    __asm volatile("1:\n"
                   "mov %[at], %[from]\n"
                   "wlstp.8 lr, %[n], 3f\n"
                   "2:\n"
                   "vldrb.8 q0, [%[at]], #16\n"
                   "vstrb.8 q0, [%[to]], #32\n"
                   "letp lr, 2b\n"
                   "3:\n"
                   "add %[from], %[line]\n"
                   "subs %[rows], #1\n"
                   "bne 1b\n"
                   : [to] "+r"(column), [from] "+r"(from), [rows] "+r"(rows), [at] "=&r"(at)
                   : [n] "r"(bytes), [line] "r"(line)
                   : "lr", "q0", "cc", "memory");
}

// `rows` runs of at most one vector, `line` bytes apart, to places `to_step` bytes apart.
static inline __attribute__((always_inline)) void copy_short_rows(int8_t *to, int32_t to_step, const int8_t *from, int32_t bytes, int32_t line,
                                                                  int32_t rows) {
    mve_pred16_t inside;
    __asm volatile("vctp.8 %[n]\n"
                   "dls lr, %[rows]\n"
                   "1:\n"
                   "vpstt\n"
                   "vldrbt.u8 q0, [%[from]]\n"
                   "vstrbt.8 q0, [%[to]]\n"
                   "add %[from], %[line]\n"
                   "add %[to], %[to_step]\n"
                   "le lr, 1b\n"
                   : [to] "+r"(to), [from] "+r"(from), "=Up"(inside)
                   : [n] "r"(bytes), [line] "r"(line), [rows] "r"(rows), [to_step] "r"(to_step)
                   : "lr", "q0", "memory");
    (void)inside;
}

// Runs of any length.
static inline __attribute__((always_inline)) void copy_rows(int8_t *to, const int8_t *from, int32_t bytes, int32_t line, int32_t rows) {
#pragma GCC unroll 1
    for (; rows; rows--, from += line) {
        to = mve_copy(to, from, bytes);
    }
}

static inline __attribute__((always_inline)) int8_t *lay_value(int8_t *column, int32_t value, int32_t bytes) {
    int8x16_t values = vdupq_n_s8((int8_t)value);
#pragma GCC unroll 1
    for (; bytes > 0; bytes -= VECTOR, column += PAIR * VECTOR) {
        vstrbq_s8(column, values);
    }
    return column;
}

// Bytes that follow one another, into a column or into a row that will become one.
static inline __attribute__((always_inline)) int8_t *put(int8_t *to, const int8_t *from, int32_t bytes, int direct) {
    return direct ? lay(to, from, bytes) : mve_copy(to, from, bytes);
}

static inline __attribute__((always_inline)) int8_t *put_value(int8_t *to, int32_t value, int32_t bytes, int direct) {
    return direct ? lay_value(to, value, bytes) : mve_fill(to, value, bytes);
}

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`; straight into a column if `direct`.
static __attribute__((noinline)) void gather(const mite_conv_t *p, const shape_t *s, const int8_t *picture, int32_t top,
                                                         int32_t left, int8_t *to, int direct) {
    int32_t zero = p->input_zero_point, line = p->in_w * p->in_c, width = p->kernel_w * s->channels;
    const int8_t *from = picture + top * line + left * p->in_c;
    if (s->simple) {
        // The zero point everywhere, then what lies in the picture.
        int32_t begin = mite_quant_clamp(-left, 0, p->kernel_w), end = mite_quant_clamp(p->in_w - left, begin, p->kernel_w);
        int32_t first = mite_quant_clamp(-top, 0, p->kernel_h), rows = mite_quant_clamp(p->in_h - top, first, p->kernel_h) - first;
        int32_t bytes = (end - begin) * s->channels, at = first * width + begin * s->channels;
        put_value(to, zero, s->bytes, direct);
        from += first * line + begin * s->channels;
        if (!direct && bytes <= VECTOR && bytes && rows) {
            copy_short_rows(to + at, width, from, bytes, line, rows);
            return;
        }
        for (; rows; rows--, from += line, at += width) {
            put(to + at * (direct ? PAIR : 1), from, bytes, direct);
        }
        return;
    }
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        for (int32_t kx = 0; kx < p->kernel_w; kx++) {
            int32_t x = left + kx * p->dilation_w;
            if (y < 0 || y >= p->in_h || x < 0 || x >= p->in_w) {
                to = put_value(to, zero, s->channels, direct);
            } else {
                to = put(to, picture + (y * p->in_w + x) * p->in_c, s->channels, direct);
            }
        }
    }
}

// Where the next pixel's window begins in the picture.
typedef struct {
    const int8_t *picture;  // the group's first channel
    int32_t top, left, x;   // x: the output pixel's place in its row
    int32_t rows;           // of outputs left in this picture
} walk_t;

// The columns of the next `count` pixels. A function of its own: together with all the others, its loops would not find registers.
static inline __attribute__((always_inline)) void walk(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t pair_bytes,
                                                       int32_t count, int8_t *row, const int direct) {
    int32_t top = w->top, left = w->left, x = w->x, line = p->in_w * p->in_c, next = VECTOR, stride = p->stride_w;
    while (count) {
        int32_t some = 1;
        if (s->simple && (uint32_t)left <= s->last_left && (uint32_t)top <= s->last_top) {
            // As many pixels as have their windows in the picture, too.
            some = mite_quant_min(mite_quant_min(count, p->out_w - x), (int32_t)(s->last_left - (uint32_t)left) / stride + 1);
            const int8_t *from = w->picture + top * line + left * p->in_c;
            int32_t step = stride * p->in_c, width = p->kernel_w * s->channels, rows = p->kernel_h, bytes = s->bytes;
#pragma GCC unroll 1
            for (int32_t i = some; i; i--, from += step) {
                if (direct) {
                    lay_rows(column, from, width, line, rows);
                } else {
                    if (width <= VECTOR) {
                        copy_short_rows(row, width, from, width, line, rows);
                    } else {
                        copy_rows(row, from, width, line, rows);
                    }
                    lay(column, row, bytes);
                }
                column += next;
                next = pair_bytes - next;
            }
        } else {
            gather(p, s, w->picture, top, left, direct ? column : row, direct);
            if (!direct) {
                lay(column, row, s->bytes);
            }
            column += next;
            next = pair_bytes - next;
        }
        count -= some;
        x += some;
        left += some * stride;
        if (x == p->out_w) {
            x = 0;
            left = -p->pad_left;
            top += p->stride_h;
            if (!--w->rows) {
                w->rows = p->out_h;
                w->picture += p->in_h * line;
                top = -p->pad_top;
            }
        }
    }
    w->top = top;
    w->left = left;
    w->x = x;
}

static __attribute__((noinline)) void walk_direct(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t pair_bytes,
                                                  int32_t count) {
    walk(p, s, w, column, pair_bytes, count, NULL, 1);
}

static __attribute__((noinline)) void walk_rows(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t pair_bytes,
                                                int32_t count, int8_t *row) {
    walk(p, s, w, column, pair_bytes, count, row, 0);
}

// What the channels of a tile need.
typedef struct {
    const mite_requant_t *requant;
    const int8_t *columns;
    const int8_t *weights;
    int32_t taps, count; // of a channel; channels
    const int32_t *packed;
    int8_t *out;
    int32_t pixels, step; // of the tile; bytes from one's outputs to the next one's
    int32_t pair_bytes;   // of two columns
} tile_t;

// All pixels of a tile against `fours` times four channels. row: bytes from one channel's weights to the next one's.
static void fours(const tile_t *t, const int8_t *weights, const int32_t *packed, int32_t row, int8_t *out,
                                                        int32_t step, int32_t fours, mve_clamp_t clamp) {
    four_t four = {.weights = weights, .row = row, .taps = t->taps, .zero_point = t->requant->zero_point, .step = step, .packed = packed,
                   .min = vdupq_n_s32(t->requant->min), .max = vdupq_n_s32(t->requant->max), .columns = t->columns, .first = out,
                   .pairs = t->pixels / PAIR, .fours = fours};
    if (four.pairs) {
        pairs(&four, clamp);
    }
    if (t->pixels % PAIR) {
        four.weights = weights;
        four.step = 0;
        four.packed = packed;
        four.columns = t->columns + t->pixels / PAIR * t->pair_bytes;
        four.first = out + (t->pixels - 1) * step;
        four.pairs = 1;
        four.fours = fours;
        pairs(&four, clamp);
    }
}

// Fewer than four channels: one at a time, its row four times over.
static void wide_few(const tile_t *t, mve_clamp_t clamp) {
    int8_t outputs[4 * WIDE];
    for (int32_t c = 0; c < t->count; c++) {
        int32_t packed[8];
        for (int32_t i = 0; i < 8; i++) {
            packed[i] = t->packed[2 * c + i % 2];
        }
        fours(t, t->weights + c * t->taps, packed, 0, outputs, 4, 1, clamp);
        for (int32_t i = 0; i < t->pixels; i++) {
            t->out[i * t->step + c] = outputs[4 * i];
        }
    }
}

// A tile with any number of taps.
static __attribute__((noinline)) void wide(const tile_t *t, mve_clamp_t clamp) {
    if (t->count < 4) {
        wide_few(t, clamp);
        return;
    }
    fours(t, t->weights, t->packed, t->taps, t->out, t->step, t->count / 4, clamp);
    if (t->count % 4) {
        int32_t last = t->count - 4; // partly done already
        fours(t, t->weights + last * t->taps, t->packed + 2 * last, t->taps, t->out + last, t->step, 1, clamp);
    }
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
// r0: the four_t; r1: the taps. The weights stay in q0 to q3.
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

// Any number of pixels, each of one vector of taps; at least four channels.
static inline __attribute__((always_inline)) void narrow(const tile_t *t, const mve_clamp_t clamp) {
    four_t four = {.row = t->taps, .taps = t->taps, .zero_point = t->requant->zero_point, .min = vdupq_n_s32(t->requant->min),
                   .max = vdupq_n_s32(t->requant->max), .step = t->step, .count = t->pixels};
    for (int32_t c = 0; c < t->count; c += 4) {
        c = mite_quant_min(c, t->count - 4); // the last four may be partly done already
        four.weights = t->weights + c * t->taps;
        four.channels = mve_packed(t->packed + 2 * c);
        four.out = t->out + c;
        register const four_t *r0 __asm("r0") = &four;
        register const int8_t *r1 __asm("r1") = t->columns;
        mve_pred16_t predicate;
        if (clamp == MVE_POSITIVE) {
            __asm volatile(PIXELS("", SATURATE));
        } else {
            __asm volatile(PIXELS(AWAY, BOUNDS));
        }
        (void)predicate;
    }
}

static __attribute__((noinline)) void run_narrow(const tile_t *t, mve_clamp_t clamp) {
    if (clamp == MVE_POSITIVE) {
        narrow(t, MVE_POSITIVE);
    } else {
        narrow(t, MVE_CLAMP);
    }
}

void mite_conv_2d_s8__mve(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups, bytes = p->kernel_h * p->kernel_w * group_in;
    shape_t s = {(bytes + 3) & ~3, bytes, group_in, group_in % VECTOR == 0 || p->kernel_h * p->kernel_w == 1, 0, 0, 0};
    if (p->groups == 1 && p->dilation_h * p->dilation_w == 1 && p->kernel_h <= p->in_h && p->kernel_w <= p->in_w) {
        s.simple = 1;
        s.last_top = (uint32_t)(p->in_h - p->kernel_h);
        s.last_left = (uint32_t)(p->in_w - p->kernel_w);
    }
    // Two columns and a row, each of whole vectors: more than 12 taps always leave room for them.
    int8_t little[NARROW * VECTOR + VECTOR];
    int32_t padded = (s.taps + VECTOR - 1) & -VECTOR;
    int is_narrow = padded == VECTOR;
    int8_t *columns = is_narrow ? little : p->scratch;
    int32_t lanes = is_narrow ? NARROW : mite_quant_min((p->scratch_bytes / padded - !s.direct) & -PAIR, WIDE);
    int8_t *row = is_narrow ? little + NARROW * VECTOR : columns + lanes * padded;
    if (is_narrow && group_out < 4) {
        is_narrow = 0;
        lanes = WIDE;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w && !p->pad_top && !p->pad_left;
    walk_t here = {p->input, -p->pad_top, -p->pad_left, 0, p->out_h};
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c,
                .pair_bytes = PAIR * padded};
    for (int32_t done = 0; done < pixels; done += lanes) {
        t.pixels = mite_quant_min(pixels - done, lanes);
        walk_t begin = here;
        for (int32_t g = 0; g < p->groups; g++) {
            if (pointwise) {
                int8_t *column = columns;
                for (int32_t i = t.pixels, step = VECTOR; i; i--, column += step, step = t.pair_bytes - step, next += p->in_c) {
                    lay(column, next, p->in_c);
                }
            } else {
                here = begin;
                here.picture += g * group_in;
                if (s.direct) {
                    walk_direct(p, &s, &here, columns, t.pair_bytes, t.pixels);
                } else {
                    walk_rows(p, &s, &here, columns, t.pair_bytes, t.pixels, row);
                }
                here.picture -= g * group_in;
            }
            int32_t first = g * group_out;
            t.weights = p->filter + first * s.taps;
            t.packed = p->requant.packed + 2 * first;
            t.out = p->output + done * p->out_c + first;
            if (is_narrow) {
                run_narrow(&t, clamp);
            } else {
                wide(&t, clamp);
            }
        }
    }
}

#endif
