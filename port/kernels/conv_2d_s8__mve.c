// Convolution with VMLADAVA. The taps of two output pixels lie in scratch memory, 16 of one and 16 of the other in turn; they meet four
// channels' weights at once: six loads serve eight multiplications. Where 16 taps are all, sixteen pixels are a tile, and weights stay in
// registers. Tiles are read before anything of them is written.

#include <stddef.h>

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

enum { PAIR = 2, VECTOR = 16, NARROW = 16 }; // pixels of a tile, bytes, pixels of a tile with one vector of taps each

// Two pixels against four channels. x: the taps; w: the first channel's weights, `row` bytes before the next one's; taps: at least 1.
// first, second: each pixel's sums, a lane for each channel.
static inline __attribute__((always_inline)) void dot2x4(const int8_t *x, const int8_t *w, int32_t row, int32_t taps, int32x4_t *first,
                                                         int32x4_t *second) {
    register const int8_t *x1 __asm("r1") = x;
    register const int8_t *w3 __asm("r3") = w;
    register int32_t row5 __asm("r5") = row;
    register int32_t taps11 __asm("r11") = taps;
    int32x4_t a, b;
    mve_pred16_t inside;
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
    __asm volatile(
        "adds r7, r3, r5, lsl #1\n"
        "adds r9, r7, r5\n"
        "adds r5, r3\n"
        "subs r11, #16\n"
        "blt 5f\n"
        LOAD_X LOAD_W MULTIPLY("vmladav.s8")
        "subs r11, #32\n"
        "blt 2f\n"
        "1:\n"
        LOAD_X LOAD_W MULTIPLY("vmladava.s8")
        LOAD_X LOAD_W MULTIPLY("vmladava.s8")
        "subs r11, #32\n"
        "bge 1b\n"
        "2:\n"
        "adds r11, #16\n" // what is left, less 16
        "blt 3f\n"
        LOAD_X LOAD_W MULTIPLY("vmladava.s8")
        "subs r11, #16\n"
        "3:\n"
        "adds r11, #16\n"
        "beq 4f\n"
        "vctp.8 r11\n"
        "vpstttt\n"
        "vldrbt.u8 q2, [r3]\n"
        "vldrbt.u8 q3, [r5]\n"
        "vldrbt.u8 q4, [r7]\n"
        "vldrbt.u8 q5, [r9]\n"
        LOAD_X MULTIPLY("vmladava.s8")
        "b 4f\n"
        "5:\n"
        "adds r11, #16\n"
        "vctp.8 r11\n"
        "vpstttt\n"
        "vldrbt.u8 q2, [r3]\n"
        "vldrbt.u8 q3, [r5]\n"
        "vldrbt.u8 q4, [r7]\n"
        "vldrbt.u8 q5, [r9]\n"
        LOAD_X MULTIPLY("vmladav.s8")
        "4:\n"
        "vmov %q[a][2], %q[a][0], r0, r4\n"
        "vmov %q[a][3], %q[a][1], r2, r6\n"
        "vmov %q[b][2], %q[b][0], r8, r12\n"
        "vmov %q[b][3], %q[b][1], r10, lr\n"
        : "+r"(x1), "+r"(w3), "+r"(row5), "+r"(taps11), [a] "=w"(a), [b] "=w"(b), "=Up"(inside)
        :
        : "r0", "r2", "r4", "r6", "r7", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "cc", "memory");
#undef LOAD_X
#undef LOAD_W
#undef MULTIPLY
    (void)inside; // written, but of no use outside
    *first = a;
    *second = b;
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
    if (p->groups == 1 && p->dilation_w == 1) {
        // Taps left of the picture, in it, and right of it.
        int32_t begin = mite_quant_clamp(-left, 0, p->kernel_w), end = mite_quant_clamp(p->in_w - left, begin, p->kernel_w);
        int32_t before = begin * s->channels, inside = (end - begin) * s->channels, after = width - before - inside;
        from += before;
        line *= p->dilation_h;
        for (int32_t ky = p->kernel_h, y = top; ky; ky--, y += p->dilation_h, from += line) {
            if (y < 0 || y >= p->in_h) {
                to = put_value(to, zero, width, direct);
                continue;
            }
            if (before) {
                to = put_value(to, zero, before, direct);
            }
            to = put(to, from, inside, direct);
            if (after) {
                to = put_value(to, zero, after, direct);
            }
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
static inline __attribute__((always_inline)) void walk(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t next_column,
                                                       int32_t count, int8_t *row, const int direct) {
    int32_t top = w->top, left = w->left, x = w->x, line = p->in_w * p->in_c, width = p->kernel_w * s->channels;
    const int8_t *from = w->picture + top * line + left * p->in_c;
    for (; count; count--, column += next_column) {
        if (s->simple && (uint32_t)left <= s->last_left && (uint32_t)top <= s->last_top) {
            int8_t *to = direct ? column : row;
            const int8_t *at = from;
#pragma GCC unroll 1
            for (int32_t ky = p->kernel_h; ky; ky--, at += line) {
                to = put(to, at, width, direct);
            }
        } else {
            gather(p, s, w->picture, top, left, direct ? column : row, direct);
        }
        if (!direct) {
            lay(column, row, s->bytes);
        }
        left += p->stride_w;
        from += p->stride_w * p->in_c;
        if (++x == p->out_w) {
            x = 0;
            left = -p->pad_left;
            top += p->stride_h;
            if (!--w->rows) {
                w->rows = p->out_h;
                w->picture += p->in_h * line;
                top = -p->pad_top;
            }
            from = w->picture + top * line + left * p->in_c;
        }
    }
    w->top = top;
    w->left = left;
    w->x = x;
}

static __attribute__((noinline)) void walk_direct(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t next_column,
                                                  int32_t count) {
    walk(p, s, w, column, next_column, count, NULL, 1);
}

static __attribute__((noinline)) void walk_rows(const mite_conv_t *p, const shape_t *s, walk_t *w, int8_t *column, int32_t next_column,
                                                int32_t count, int8_t *row) {
    walk(p, s, w, column, next_column, count, row, 0);
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
} tile_t;

// Fewer than four channels: one at a time, its row four times over.
static inline __attribute__((always_inline)) void pair_some(const tile_t *t, const mve_clamp_t clamp) {
    for (int32_t c = 0; c < t->count; c++) {
        int32x4_t first, second;
        dot2x4(t->columns, t->weights + c * t->taps, 0, t->taps, &first, &second);
        mve_channels_t channels = mve_packed_some(t->packed + 2 * c, 1);
        if (t->pixels > 1) {
            t->out[t->step + c] = (int8_t)vgetq_lane_s32(mve_requant(second, &channels, t->requant, clamp), 0);
        }
        t->out[c] = (int8_t)vgetq_lane_s32(mve_requant(first, &channels, t->requant, clamp), 0);
    }
}

// One or two pixels, any number of taps.
static inline __attribute__((always_inline)) void pair(const tile_t *t, const mve_clamp_t clamp) {
    if (t->count < 4) {
        pair_some(t, clamp);
        return;
    }
    int32_t step = t->pixels > 1 ? t->step : 0; // a missing pixel's outputs are overwritten
    const int8_t *weights = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (int32_t left = t->count;;) {
        int32x4_t first, second;
        dot2x4(t->columns, weights, t->taps, t->taps, &first, &second);
        mve_channels_t channels = mve_packed(packed);
        vstrbq_s32(out + step, mve_requant(second, &channels, t->requant, clamp));
        vstrbq_s32(out, mve_requant(first, &channels, t->requant, clamp));
        left -= 4;
        if (left < 4) {
            if (left <= 0) {
                return;
            }
            // The last four are partly done already.
            int32_t back = 4 - left;
            out -= back;
            packed -= 2 * back;
            weights -= back * t->taps;
            left = 4;
        }
        out += 4;
        packed += 8;
        weights += 4 * t->taps;
    }
}

// Four rows of at most one vector.
typedef struct {
    int8x16_t a, b, c, d;
} rows_t;

static inline __attribute__((always_inline)) rows_t load_rows(const int8_t *w, int32_t row, int32_t taps) {
    rows_t rows;
    mve_pred16_t inside;
    const int8_t *b = w + row, *c = b + row, *d = c + row;
    __asm volatile("vctp.8 %[taps]\n"
                   "vpstttt\n"
                   "vldrbt.u8 %q[qa], [%[a]]\n"
                   "vldrbt.u8 %q[qb], [%[b]]\n"
                   "vldrbt.u8 %q[qc], [%[c]]\n"
                   "vldrbt.u8 %q[qd], [%[d]]\n"
                   : [qa] "=&w"(rows.a), [qb] "=&w"(rows.b), [qc] "=&w"(rows.c), [qd] "=&w"(rows.d), "=&Up"(inside)
                   : [a] "r"(w), [b] "r"(b), [c] "r"(c), [d] "r"(d), [taps] "r"(taps)
                   : "memory");
    (void)inside;
    return rows;
}

// Any number of pixels, each of one vector of taps; at least four channels.
static inline __attribute__((always_inline)) void narrow(const tile_t *t, const mve_clamp_t clamp) {
    for (int32_t c = 0; c < t->count; c += 4) {
        c = mite_quant_min(c, t->count - 4); // the last four may be partly done already
        const int8_t *x = t->columns;
        rows_t w = load_rows(t->weights + c * t->taps, t->taps, t->taps);
        mve_channels_t channels = mve_packed(t->packed + 2 * c);
        int8_t *out = t->out + c;
        int32_t step = t->step;
#pragma GCC unroll 1
        for (int32_t i = t->pixels; i; i--, out += step) {
            int32_t k, l, m, n;
            int32x4_t sums;
            __asm volatile("vldrb.8 %q[sums], [%[x]], #32\n"
                           "vmladav.s8 %[k], %q[sums], %q[a]\n"
                           "vmladav.s8 %[l], %q[sums], %q[b]\n"
                           "vmladav.s8 %[m], %q[sums], %q[c]\n"
                           "vmladav.s8 %[n], %q[sums], %q[d]\n"
                           "vmov %q[sums][2], %q[sums][0], %[k], %[m]\n"
                           "vmov %q[sums][3], %q[sums][1], %[l], %[n]\n"
                           : [x] "+r"(x), [k] "=&Te"(k), [l] "=&Te"(l), [m] "=&Te"(m), [n] "=&Te"(n), [sums] "=&w"(sums)
                           : [a] "w"(w.a), [b] "w"(w.b), [c] "w"(w.c), [d] "w"(w.d)
                           : "memory");
            vstrbq_s32(out, mve_requant(sums, &channels, t->requant, clamp));
        }
    }
}

static __attribute__((noinline)) void run_pair(const tile_t *t, mve_clamp_t clamp) {
    if (clamp == MVE_POSITIVE) {
        pair(t, MVE_POSITIVE);
    } else if (clamp == MVE_WHOLE) {
        pair(t, MVE_WHOLE);
    } else {
        pair(t, MVE_CLAMP);
    }
}

static __attribute__((noinline)) void run_narrow(const tile_t *t, mve_clamp_t clamp) {
    if (clamp == MVE_POSITIVE) {
        narrow(t, MVE_POSITIVE);
    } else if (clamp == MVE_WHOLE) {
        narrow(t, MVE_WHOLE);
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
    int8_t little[NARROW * PAIR * VECTOR + VECTOR];
    int32_t padded = (s.taps + VECTOR - 1) & -VECTOR;
    int is_narrow = padded == VECTOR && group_out >= 4;
    int8_t *columns = padded == VECTOR ? little : p->scratch;
    int8_t *row = padded == VECTOR ? little + NARROW * PAIR * VECTOR : columns + PAIR * padded;
    int32_t lanes = is_narrow ? NARROW : PAIR, next_column = is_narrow ? PAIR * VECTOR : VECTOR;
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w && !p->pad_top && !p->pad_left;
    walk_t here = {p->input, -p->pad_top, -p->pad_left, 0, p->out_h};
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c};
    for (int32_t done = 0; done < pixels; done += lanes) {
        t.pixels = mite_quant_min(pixels - done, lanes);
        walk_t begin = here;
        for (int32_t g = 0; g < p->groups; g++) {
            if (pointwise) {
                int8_t *column = columns;
                for (int32_t i = t.pixels; i; i--, column += next_column, next += p->in_c) {
                    lay(column, next, p->in_c);
                }
            } else {
                here = begin;
                here.picture += g * group_in;
                if (s.direct) {
                    walk_direct(p, &s, &here, columns, next_column, t.pixels);
                } else {
                    walk_rows(p, &s, &here, columns, next_column, t.pixels, row);
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
                run_pair(&t, clamp);
            }
        }
    }
}

#endif
