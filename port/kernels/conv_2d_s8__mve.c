// Convolution with VMLADAVA. The taps of two output pixels lie in scratch memory, 16 of one and 16 of the other in turn; they meet four
// channels' weights at once: six loads serve eight multiplications. Where 16 taps are all, four pixels are a tile, and weights stay in registers.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

enum { PAIR = 2, VECTOR = 16 };

// Two pixels against four channels. x: the taps; w: the first channel's weights, `row` bytes before the next one's; taps: at least 1.
// first, second: each pixel's sums, a lane for each channel.
static inline __attribute__((always_inline)) void dot2x4(const int8_t *x, const int8_t *w, int32_t row, int32_t taps, int32x4_t *first,
                                                         int32x4_t *second) {
    register const int8_t *x1 __asm("r1") = x;
    register const int8_t *w3 __asm("r3") = w;
    register int32_t row5 __asm("r5") = row;
    register int32_t taps11 __asm("r11") = taps;
    int32x4_t a, b;
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
        : "+r"(x1), "+r"(w3), "+r"(row5), "+r"(taps11), [a] "=w"(a), [b] "=w"(b)
        :
        : "r0", "r2", "r4", "r6", "r7", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "cc", "memory");
#undef LOAD_X
#undef LOAD_W
#undef MULTIPLY
    *first = a;
    *second = b;
}

typedef struct {
    int32_t taps;     // of a group, a multiple of 4: bytes of a weights' row
    int32_t channels; // of a group
    int32_t run;      // bytes of a kernel row that lie together in the input: all of them, or a tap's channels
    int32_t runs;     // in a kernel row
    int direct;       // runs are whole vectors, or there is only one
} shape_t;

// Copies `bytes` into a column, of which a vector comes every `step` bytes. The bytes behind the last are of no account.
static inline __attribute__((always_inline)) int8_t *lay(int8_t *column, int32_t step, const int8_t *from, int32_t bytes) {
#pragma GCC unroll 1
    for (; bytes >= VECTOR; bytes -= VECTOR, from += VECTOR, column += step) {
        vstrbq_s8(column, vldrbq_s8(from));
    }
    if (bytes) {
        vstrbq_s8(column, vldrbq_z_s8(from, vctp8q((uint32_t)bytes)));
        column += step;
    }
    return column;
}

static inline __attribute__((always_inline)) int8_t *lay_value(int8_t *column, int32_t step, int32_t value, int32_t bytes) {
    int8x16_t values = vdupq_n_s8((int8_t)value);
#pragma GCC unroll 1
    for (; bytes > 0; bytes -= VECTOR, column += step) {
        vstrbq_s8(column, values);
    }
    return column;
}

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`.
static inline __attribute__((always_inline)) void gather(const mite_conv_t *p, const shape_t *s, const int8_t *picture, int32_t top,
                                                         int32_t left, int8_t *column, int32_t step, int8_t *row) {
    int inside = left >= 0 && left + (p->kernel_w - 1) * p->dilation_w < p->in_w;
    // A kernel row is read in one run where it can be, cut into taps at the picture's border.
    int32_t runs = inside ? s->runs : p->kernel_w, bytes = inside ? s->run : s->channels;
    int8_t *at = row;
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        if (y < 0 || y >= p->in_h) {
            if (s->direct) {
                column = lay_value(column, step, p->input_zero_point, runs * bytes);
            } else {
                at = mve_fill(at, p->input_zero_point, runs * bytes);
            }
            continue;
        }
        int32_t x = left;
        const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
        for (int32_t i = runs; i; i--, x += p->dilation_w, from += p->dilation_w * p->in_c) {
            if (x < 0 || x >= p->in_w) {
                if (s->direct) {
                    column = lay_value(column, step, p->input_zero_point, bytes);
                } else {
                    at = mve_fill(at, p->input_zero_point, bytes);
                }
            } else if (s->direct) {
                column = lay(column, step, from, bytes);
            } else {
                at = mve_copy(at, from, bytes);
            }
        }
    }
    if (!s->direct) {
        lay(column, step, row, (int32_t)(at - row));
    }
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
    for (const int8_t *last = out + t->count - 4;;) {
        int32x4_t first, second;
        dot2x4(t->columns, weights, t->taps, t->taps, &first, &second);
        mve_channels_t channels = mve_packed(packed);
        vstrbq_s32(out + step, mve_requant(second, &channels, t->requant, clamp));
        vstrbq_s32(out, mve_requant(first, &channels, t->requant, clamp));
        // The last four may be partly done already.
        int32_t next = last - out < 4 ? (int32_t)(last - out) : 4;
        if (!next) {
            return;
        }
        out += next;
        packed += 2 * next;
        weights += next * t->taps;
    }
}

// Up to four pixels, each of one vector of taps; up to four channels.
static inline __attribute__((always_inline)) void narrow(const tile_t *t, const mve_clamp_t clamp) {
    mve_pred16_t inside = vctp8q((uint32_t)t->taps);
    for (int32_t c = 0; c < t->count;) {
        int32_t some = mite_quant_min(t->count - c, 4);
        if (some < 4 && t->count >= 4) {
            c = t->count - 4;
            some = 4;
        }
        const int8_t *w = t->weights + c * t->taps, *x = t->columns;
        int32_t row = some < 4 ? 0 : t->taps;
        if (some < 4) {
            some = 1;
        }
        int8x16_t w0 = vldrbq_z_s8(w, inside), w1 = vldrbq_z_s8(w + row, inside);
        int8x16_t w2 = vldrbq_z_s8(w + 2 * row, inside), w3 = vldrbq_z_s8(w + 3 * row, inside);
        mve_channels_t channels = some < 4 ? mve_packed_some(t->packed + 2 * c, 1) : mve_packed(t->packed + 2 * c);
        int8_t *out = t->out + c;
#pragma GCC unroll 1
        for (int32_t i = t->pixels; i; i--, x += VECTOR, out += t->step) {
            int8x16_t taps = vldrbq_s8(x);
            int32x4_t sums = mve_quad(vmladavq_s8(taps, w0), vmladavq_s8(taps, w1), vmladavq_s8(taps, w2), vmladavq_s8(taps, w3));
            sums = mve_requant(sums, &channels, t->requant, clamp);
            if (some == 4) {
                vstrbq_s32(out, sums);
            } else {
                *out = (int8_t)vgetq_lane_s32(sums, 0);
            }
        }
        c += some;
    }
}

static void run_pair(const tile_t *t, mve_clamp_t clamp) {
    if (clamp == MVE_POSITIVE) {
        pair(t, MVE_POSITIVE);
    } else if (clamp == MVE_WHOLE) {
        pair(t, MVE_WHOLE);
    } else {
        pair(t, MVE_CLAMP);
    }
}

static void run_narrow(const tile_t *t, mve_clamp_t clamp) {
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
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {(p->kernel_h * p->kernel_w * group_in + 3) & ~3, group_in, group_in, p->kernel_w,
                 group_in % VECTOR == 0 || p->kernel_h * p->kernel_w == 1};
    if (p->groups == 1 && p->dilation_w == 1) {
        s.run *= p->kernel_w;
        s.runs = 1;
    }
    // Two columns and a row, each of whole vectors: more than 12 taps always leave room for them.
    int8_t little[MITE_CONV_TILE * VECTOR + VECTOR];
    int32_t padded = (s.taps + VECTOR - 1) & -VECTOR;
    int is_narrow = padded == VECTOR;
    int8_t *columns = is_narrow ? little : p->scratch;
    int8_t *row = columns + (is_narrow ? MITE_CONV_TILE * VECTOR : PAIR * padded);
    int32_t lanes = is_narrow ? MITE_CONV_TILE : PAIR, step = is_narrow ? VECTOR : PAIR * VECTOR;
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t pixels = p->batches * p->out_h * p->out_w;
    int32_t b = 0, oy = 0, ox = 0;
    // One tap, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1
        && p->in_h == p->out_h && p->in_w == p->out_w;
    const int8_t *next = p->input;
    tile_t t = {.requant = &p->requant, .columns = columns, .taps = s.taps, .count = group_out, .step = p->out_c};
    for (int32_t done = 0; done < pixels; done += lanes) {
        t.pixels = mite_quant_min(pixels - done, lanes);
        int32_t b0 = b, oy0 = oy, ox0 = ox;
        for (int32_t g = 0; g < p->groups; g++) {
            b = b0, oy = oy0, ox = ox0;
            for (int32_t i = 0; i < t.pixels; i++) {
                if (pointwise) {
                    lay(columns + i * VECTOR, step, next, p->in_c);
                    next += p->in_c;
                    continue;
                }
                const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c + g * group_in;
                gather(p, &s, picture, oy * p->stride_h - p->pad_top, ox * p->stride_w - p->pad_left, columns + i * VECTOR, step, row);
                if (++ox == p->out_w) {
                    ox = 0;
                    if (++oy == p->out_h) {
                        oy = 0;
                        b++;
                    }
                }
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
