// Convolution with SMLAD: the taps of three or four output pixels are spread out as int16 in scratch memory, interleaved so that one LDM
// fetches a word for each pixel; then every output channel's weights are spread once and used for all of them.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

// Four pixels, one channel; returns the next channel's weights. x: for every 4 taps, 4 words of even taps (one a pixel), then 4 of odd ones.
static inline __attribute__((always_inline)) const int8_t *dot4(const int32_t *x, const int8_t *w, int32_t taps, int32_t *sums) {
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3], even, odd;
#define FOUR_TAPS \
    "ldr %[odd], [%[w]], #4\n" \
    "ldmia %[x]!, {r2, r3, r4, r5}\n" \
    "sxtb16 %[even], %[odd]\n" \
    "smlad %[a], %[even], r2, %[a]\n" \
    "smlad %[b], %[even], r3, %[b]\n" \
    "smlad %[c], %[even], r4, %[c]\n" \
    "smlad %[d], %[even], r5, %[d]\n" \
    "ldmia %[x]!, {r2, r3, r4, r5}\n" \
    "sxtb16 %[odd], %[odd], ror #8\n" \
    "smlad %[a], %[odd], r2, %[a]\n" \
    "smlad %[b], %[odd], r3, %[b]\n" \
    "smlad %[c], %[odd], r4, %[c]\n" \
    "smlad %[d], %[odd], r5, %[d]\n"
    __asm volatile(
        "subs %[n], #16\n"
        "blt 2f\n"
        "1:\n" FOUR_TAPS FOUR_TAPS FOUR_TAPS FOUR_TAPS
        "subs %[n], #16\n"
        "bge 1b\n"
        "2: adds %[n], #16\n"
        "beq 4f\n"
        "3:\n" FOUR_TAPS
        "subs %[n], #4\n"
        "bne 3b\n"
        "4:\n"
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [x] "+r"(x), [w] "+r"(w), [n] "+r"(taps), [even] "=&r"(even),
          [odd] "=&r"(odd)
        :
        : "r2", "r3", "r4", "r5", "cc", "memory");
#undef FOUR_TAPS
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    return w;
}

// Three pixels, one channel.
static inline __attribute__((always_inline)) const int8_t *dot3(const int32_t *x, const int8_t *w, int32_t taps, int32_t *sums) {
    int32_t a = sums[0], b = sums[1], c = sums[2], even, odd;
#define FOUR_TAPS \
    "ldr %[odd], [%[w]], #4\n" \
    "ldmia %[x]!, {r2, r3, r4}\n" \
    "sxtb16 %[even], %[odd]\n" \
    "smlad %[a], %[even], r2, %[a]\n" \
    "smlad %[b], %[even], r3, %[b]\n" \
    "smlad %[c], %[even], r4, %[c]\n" \
    "ldmia %[x]!, {r2, r3, r4}\n" \
    "sxtb16 %[odd], %[odd], ror #8\n" \
    "smlad %[a], %[odd], r2, %[a]\n" \
    "smlad %[b], %[odd], r3, %[b]\n" \
    "smlad %[c], %[odd], r4, %[c]\n"
    __asm volatile(
        "subs %[n], #16\n"
        "blt 2f\n"
        "1:\n" FOUR_TAPS FOUR_TAPS FOUR_TAPS FOUR_TAPS
        "subs %[n], #16\n"
        "bge 1b\n"
        "2: adds %[n], #16\n"
        "beq 4f\n"
        "3:\n" FOUR_TAPS
        "subs %[n], #4\n"
        "bne 3b\n"
        "4:\n"
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [x] "+r"(x), [w] "+r"(w), [n] "+r"(taps), [even] "=&r"(even), [odd] "=&r"(odd)
        :
        : "r2", "r3", "r4", "cc", "memory");
#undef FOUR_TAPS
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    return w;
}

// Spread `bytes` (a multiple of 4) into the column of one pixel; `step` words lie between a pixel's words.
static inline int32_t *spread(int32_t *column, int32_t step, const int8_t *from, int32_t bytes) {
#pragma GCC unroll 1
    for (const int8_t *end = from + bytes; from != end; from += 4) {
        int32_t word = dsp_load(from);
        *column = dsp_twice(dsp_even(word));
        column += step;
        *column = dsp_twice(dsp_odd(word));
        column += step;
    }
    return column;
}

static inline int32_t *spread_zero(int32_t *column, int32_t step, int32_t zero_point, int32_t bytes) {
    int32_t pair = (2 * zero_point & 0xffff) * 0x10001;
    for (; bytes; bytes -= 2, column += step) {
        *column = pair;
    }
    return column;
}

// A few bytes: a loop that is not worth a call, and not worth unrolling.
static inline int8_t *copy_bytes(int8_t *to, const int8_t *from, int32_t bytes) {
#pragma GCC unroll 1
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
        ((dsp_word_t *)to)->value = dsp_load(from);
    }
    if (bytes & 2) {
        ((dsp_half_t *)to)->value = ((const dsp_half_t *)from)->value;
        to += 2;
        from += 2;
    }
    if (bytes & 1) {
        *to++ = *from;
    }
    return to;
}

static inline int8_t *fill_bytes(int8_t *to, int32_t value, int32_t bytes) {
#pragma GCC unroll 1
    for (; bytes; bytes--) {
        *to++ = (int8_t)value;
        __asm(""); // or gcc calls memset
    }
    return to;
}

typedef struct {
    int32_t taps;     // of a group, a multiple of 4
    int32_t channels; // of a group
    int32_t run;      // bytes of a kernel row that lie together in the input: all of them, or a tap's channels
    int32_t runs;     // in a kernel row
} shape_t;

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`.
static inline __attribute__((always_inline)) void gather(const mite_conv_t *p, const shape_t *s, const int8_t *picture, int32_t top, int32_t left, int32_t *column,
                   int32_t step, int8_t *row) {
    int inside = left >= 0 && left + (p->kernel_w - 1) * p->dilation_w < p->in_w;
    // A kernel row is read in one run where it can be, cut into taps at the picture's border.
    int32_t runs = inside ? s->runs : p->kernel_w, bytes = inside ? s->run : s->channels;
    int in_fours = bytes % 4 == 0;
    int8_t *at = row;
    if (inside && runs == 1 && top >= 0 && top + (p->kernel_h - 1) * p->dilation_h < p->in_h) {
        // All inside, row by row.
        const int8_t *from = picture + (top * p->in_w + left) * p->in_c;
        int32_t next = p->dilation_h * p->in_w * p->in_c;
        for (int32_t ky = p->kernel_h; ky; ky--, from += next) {
            if (in_fours) {
                column = spread(column, step, from, bytes);
            } else {
                at = copy_bytes(at, from, bytes);
            }
        }
        if (!in_fours) {
            spread(column, step, row, s->taps);
        }
        return;
    }
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        if (y < 0 || y >= p->in_h) {
            if (in_fours) {
                column = spread_zero(column, step, p->input_zero_point, runs * bytes);
            } else {
                at = fill_bytes(at, p->input_zero_point, runs * bytes);
            }
            continue;
        }
        int32_t x = left;
        for (int32_t i = runs; i; i--, x += p->dilation_w) {
            const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
            if (x < 0 || x >= p->in_w) {
                if (in_fours) {
                    column = spread_zero(column, step, p->input_zero_point, bytes);
                } else {
                    at = fill_bytes(at, p->input_zero_point, bytes);
                }
            } else if (in_fours) {
                column = spread(column, step, from, bytes);
            } else {
                at = copy_bytes(at, from, bytes);
            }
        }
    }
    if (!in_fours) {
        // The bytes behind the last tap meet weights of zero.
        spread(column, step, row, s->taps);
    }
}

// What all channels of a tile need, side by side.
typedef struct {
    const int32_t *columns;
    const int8_t *weights;
    int32_t taps, count; // of a channel; channels
    const int32_t *packed;
    int32_t rounding; // 2 * zero point + 1
    int32_t min, max;
    int8_t *out;
    int32_t lane[4]; // where each pixel's output lies behind the first one's. 0 for a lane that is not used: the first comes last
} tile_t;

static inline __attribute__((always_inline)) void tile(const tile_t *t, const int lanes, const int mode) {
    const int8_t *weights = t->weights;
    const int32_t *packed = t->packed;
    int8_t *out = t->out;
    for (const int8_t *end = out + t->count; out != end; out++) {
        int32_t sums[4];
        for (int i = 0; i < lanes; i++) {
            sums[i] = packed[1] >> 5 << 1;
        }
        weights = lanes == 4 ? dot4(t->columns, weights, t->taps, sums) : dot3(t->columns, weights, t->taps, sums);
        dsp_scale_t scale = dsp_scale(packed[0], packed[1], t->rounding);
        packed += 2;
        for (int i = lanes - 1; i >= 0; i--) {
            out[i ? t->lane[i] : 0] = dsp_requant(sums[i], scale, t->min, t->max, mode);
        }
    }
}

static __attribute__((noinline)) void tile4_relu(const tile_t *t) {
    tile(t, 4, DSP_RELU);
}

static __attribute__((noinline)) void tile4_linear(const tile_t *t) {
    tile(t, 4, DSP_LINEAR);
}

static __attribute__((noinline)) void tile4_bounds(const tile_t *t) {
    tile(t, 4, DSP_BOUNDS);
}

static __attribute__((noinline)) void tile3_relu(const tile_t *t) {
    tile(t, 3, DSP_RELU);
}

static __attribute__((noinline)) void tile3_linear(const tile_t *t) {
    tile(t, 3, DSP_LINEAR);
}

static __attribute__((noinline)) void tile3_bounds(const tile_t *t) {
    tile(t, 3, DSP_BOUNDS);
}

void mite_conv_2d_s8__dsp(const mite_conv_t *p) {
    if (!p->requant.packed || !p->requant.scale_step) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {(p->kernel_h * p->kernel_w * group_in + 3) & ~3, group_in, group_in, p->kernel_w};
    if (p->groups == 1 && p->dilation_w == 1) {
        s.run *= p->kernel_w;
        s.runs = 1;
    }
    int32_t pixels = p->batches * p->out_h * p->out_w;
    // Four pixels at once where there is scratch memory for them, and where three do not come out even better.
    int lanes = p->scratch_bytes >= mite_conv_scratch_bytes(s.taps, group_in, MITE_CONV_TILE) && (pixels + 2) / 3 > (pixels + 3) / 4 ? 4 : 3;
    int mode = dsp_mode(&p->requant);
    int32_t *columns = p->scratch;
    int8_t *row = (int8_t *)p->scratch + lanes * mite_conv_column_bytes(s.taps); // for taps that do not come in fours
    int32_t b = 0, oy = 0, ox = 0;
    // One tap of whole words, and every pixel behind the last: nothing to find out.
    int pointwise = p->kernel_h * p->kernel_w == 1 && p->stride_h * p->stride_w == 1 && p->groups == 1 && p->in_c % 4 == 0
        && p->in_h == p->out_h && p->in_w == p->out_w;
    const int8_t *next = p->input;
    tile_t t = {.columns = columns, .taps = s.taps, .count = group_out, .rounding = 2 * p->requant.zero_point + 1,
                .min = p->requant.min, .max = p->requant.max, .lane = {0, p->out_c, 2 * p->out_c, 3 * p->out_c}};
    for (int32_t done = 0; done < pixels; done += lanes) {
        int32_t some = pixels - done;
        if (some < lanes) {
            for (int i = some; i < lanes; i++) {
                t.lane[i] = 0;
            }
        } else {
            some = lanes;
        }
        int32_t b0 = b, oy0 = oy, ox0 = ox;
        for (int32_t g = 0; g < p->groups; g++) {
            b = b0, oy = oy0, ox = ox0;
            for (int32_t i = 0; i < some; i++) {
                if (pointwise) {
                    spread(columns + i, lanes, next, s.taps);
                    next += s.taps;
                    continue;
                }
                const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c + g * group_in;
                gather(p, &s, picture, oy * p->stride_h - p->pad_top, ox * p->stride_w - p->pad_left, columns + i, lanes, row);
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
            if (mode == DSP_RELU) {
                lanes == 4 ? tile4_relu(&t) : tile3_relu(&t);
            } else if (mode == DSP_LINEAR) {
                lanes == 4 ? tile4_linear(&t) : tile3_linear(&t);
            } else {
                lanes == 4 ? tile4_bounds(&t) : tile3_bounds(&t);
            }
        }
    }
}

#endif
