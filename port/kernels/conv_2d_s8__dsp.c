// Convolution with SMLAD: the taps of three or four output pixels are spread out as int16 in scratch memory, interleaved so that one LDM
// fetches a word for each pixel; then every output channel's weights are spread once and used for all of them.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP)

// Four pixels, one channel. x: for every 4 taps, 4 words of even taps (one a pixel), then 4 of odd ones.
static inline __attribute__((always_inline)) void dot4(const int32_t *x, const int8_t *w, int32_t taps, int32_t *sums) {
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
}

// Three pixels, one channel.
static inline __attribute__((always_inline)) void dot3(const int32_t *x, const int8_t *w, int32_t taps, int32_t *sums) {
    int32_t a = sums[0], b = sums[1], c = sums[2], even, odd;
#define FOUR_TAPS \
    "ldr %[odd], [%[w]], #4\n" \
    "ldmia %[x]!, {r2, r3, r4, r5, r6, r8}\n" \
    "sxtb16 %[even], %[odd]\n" \
    "smlad %[a], %[even], r2, %[a]\n" \
    "smlad %[b], %[even], r3, %[b]\n" \
    "smlad %[c], %[even], r4, %[c]\n" \
    "sxtb16 %[odd], %[odd], ror #8\n" \
    "smlad %[a], %[odd], r5, %[a]\n" \
    "smlad %[b], %[odd], r6, %[b]\n" \
    "smlad %[c], %[odd], r8, %[c]\n"
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
        : "r2", "r3", "r4", "r5", "r6", "r8", "cc", "memory");
#undef FOUR_TAPS
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
}

// Spread `bytes` (a multiple of 4) into the column of one pixel; `step` words lie between a pixel's words.
static inline int32_t *spread(int32_t *column, int32_t step, const int8_t *from, int32_t bytes) {
    for (const int8_t *end = from + bytes; from != end; from += 4) {
        int32_t word = dsp_load(from);
        column[0] = dsp_even(word);
        column[step] = dsp_odd(word);
        column += 2 * step;
    }
    return column;
}

typedef struct {
    int32_t taps; // of a group, a multiple of 4
    int32_t run;  // bytes that lie together in the input: a tap's channels, or a kernel row's
    int32_t runs; // in a kernel row
} shape_t;

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`.
static void gather(const mite_conv_t *p, const shape_t *s, const int8_t *picture, int32_t top, int32_t left, int32_t *column,
                   int32_t step, int8_t *row) {
    int inside = left >= 0 && left + (p->kernel_w - 1) * p->dilation_w < p->in_w;
    int32_t tap_bytes = s->run * s->runs / p->kernel_w;
    // Straight from the input if everything comes in fours, cut or not.
    int direct = tap_bytes % 4 == 0
        || (s->run % 4 == 0 && inside && top >= 0 && top + (p->kernel_h - 1) * p->dilation_h < p->in_h);
    int8_t *at = row;
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        int row_inside = y >= 0 && y < p->in_h;
        // Inside, a kernel row without dilation is one run; at the border it is cut into taps.
        int32_t pieces = row_inside && inside ? s->runs : p->kernel_w;
        int32_t bytes = row_inside && inside ? s->run : tap_bytes;
        for (int32_t kx = 0; kx < pieces; kx++) {
            int32_t x = left + kx * p->dilation_w;
            int in = row_inside && x >= 0 && x < p->in_w;
            const int8_t *from = picture + (y * p->in_w + x) * p->in_c;
            if (direct) {
                if (in) {
                    column = spread(column, step, from, bytes);
                } else {
                    int32_t pair = (p->input_zero_point & 0xffff) * 0x10001;
                    for (int32_t i = 0; i < bytes / 2; i++, column += step) {
                        *column = pair;
                    }
                }
            } else {
                for (int32_t i = 0; i < bytes; i++) {
                    *at++ = in ? from[i] : (int8_t)p->input_zero_point;
                }
            }
        }
    }
    if (at != row) {
        // The bytes behind the last tap meet weights of zero.
        spread(column, step, row, s->taps);
    }
}

// All channels of a group for a tile of `pixels` pixels (`lanes` columns, of which the last may hold old taps).
static inline __attribute__((always_inline)) void tile(const mite_conv_t *p, int32_t taps, int32_t first, int32_t count, int8_t *out,
                                                       int32_t pixels, const int lanes, const int positive) {
    const int8_t *weights = p->filter + first * taps;
    for (int32_t oc = first; oc < first + count; oc++, weights += taps) {
        int32_t sums[4];
        for (int i = 0; i < lanes; i++) {
            sums[i] = p->requant.bias[oc];
        }
        if (lanes == 4) {
            dot4(p->scratch, weights, taps, sums);
        } else {
            dot3(p->scratch, weights, taps, sums);
        }
        dsp_scale_t scale = dsp_scale(&p->requant, oc);
        int8_t *at = out + oc;
        for (int i = 0; i < lanes && i < pixels; i++, at += p->out_c) {
            *at = dsp_clamp(dsp_requant(sums[i], scale, positive), &p->requant, positive);
        }
    }
}

void mite_conv_2d_s8__dsp(const mite_conv_t *p) {
    if (!p->bounded) {
        mite_conv_2d_s8__generic(p);
        return;
    }
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    shape_t s = {(p->kernel_h * p->kernel_w * group_in + 3) & ~3, group_in, p->kernel_w};
    if (p->groups == 1 && p->dilation_w == 1) {
        s.run *= p->kernel_w;
        s.runs = 1;
    }
    int32_t column_bytes = mite_conv_column_bytes(s.taps);
    int lanes = p->scratch_bytes >= mite_conv_scratch_bytes(s.taps, group_in, MITE_CONV_TILE) ? 4 : 3;
    int positive = dsp_positive(&p->requant);
    int32_t *columns = p->scratch;
    int8_t *row = (int8_t *)p->scratch + lanes * column_bytes; // for taps that do not come in fours
    int32_t pixels = p->batches * p->out_h * p->out_w;
    int32_t b = 0, oy = 0, ox = 0;
    int8_t *out = p->output;
    for (int32_t done = 0; done < pixels; done += lanes, out += lanes * p->out_c) {
        int32_t some = pixels - done < lanes ? pixels - done : lanes;
        int32_t b0 = b, oy0 = oy, ox0 = ox;
        for (int32_t g = 0; g < p->groups; g++) {
            b = b0, oy = oy0, ox = ox0;
            for (int32_t i = 0; i < some; i++) {
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
            if (lanes == 4 && positive) {
                tile(p, s.taps, g * group_out, group_out, out, some, 4, 1);
            } else if (lanes == 4) {
                tile(p, s.taps, g * group_out, group_out, out, some, 4, 0);
            } else if (positive) {
                tile(p, s.taps, g * group_out, group_out, out, some, 3, 1);
            } else {
                tile(p, s.taps, g * group_out, group_out, out, some, 3, 0);
            }
        }
    }
}

#endif
