// Depthwise convolution with SMLAD. For four channels at a time (or two or one, where scratch memory is short) the rows under the kernel are turned into planes of
// int16, so that one word holds two neighbours of one channel; words of the rows lie side by side, so that one LDM
// fetches a column of them. Weights come in pairs, too, and doubled (see dsp_requant).
//
// A row is read before any output of it is written, one group of channels after another: the output may lie exactly over the input.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

#include "depthwise_whole.h"

enum { LANES = 4 };

// Low halves of a and b together; high halves together.
static inline int32_t low_halves(int32_t a, int32_t b) {
    int32_t pair;
    __asm("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(a), "r"(b));
    return pair;
}

static inline int32_t high_halves(int32_t a, int32_t b) {
    int32_t pair;
    __asm("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(b), "r"(a));
    return pair;
}

// A channel of a group: what its rows have in common.
typedef struct {
    int32_t *plane;         // [words][kernel_h]: rows side by side
    const int32_t *weights; // for each lane the kernel's rows twice over, so that any slot can be the first
    int32_t bias;           // doubled
    dsp_scale_t scale;
} lane_t;

// What a group of channels works with.
typedef struct {
    const mite_conv_t *p;
    mite_dw_plan_t plan;
    int32_t left, inside, right; // words of a row that begin left of the picture, lie inside, and come behind: pairs of columns
    lane_t lane[LANES];
} group_t;

// Two neighbouring pixels of four channels into the planes.
static inline __attribute__((always_inline)) void store_pair(const group_t *g, int32_t a, int32_t b, int32_t at) {
    int32_t even_a = dsp_even(a), even_b = dsp_even(b), odd_a = dsp_odd(a), odd_b = dsp_odd(b);
    g->lane[0].plane[at] = low_halves(even_a, even_b);
    g->lane[1].plane[at] = low_halves(odd_a, odd_b);
    g->lane[2].plane[at] = high_halves(even_a, even_b);
    g->lane[3].plane[at] = high_halves(odd_a, odd_b);
}

// Words at the border: columns from x on. Those outside of the picture read the zero point.
static inline __attribute__((always_inline)) int32_t border(const group_t *g, const int8_t *from, int32_t x, int32_t words, int32_t at,
                                                            int32_t zero) {
    int32_t step = g->p->in_c, width = g->p->in_w;
#pragma GCC unroll 1
    for (; words; words--, x += 2, from += 2 * step, at += g->p->kernel_h) {
        int32_t a = (uint32_t)x < (uint32_t)width ? dsp_load(from) : zero;
        int32_t b = (uint32_t)(x + 1) < (uint32_t)width ? dsp_load(from + step) : zero;
        store_pair(g, a, b, at);
    }
    return at;
}

// Input row y of four channels, the first of which begins at `picture`, into slot `at` of the planes.
static __attribute__((noinline)) void load_row4(const group_t *g, const int8_t *picture, int32_t y, int32_t at) {
    const mite_conv_t *p = g->p;
    int32_t zero = (p->input_zero_point & 0xff) * 0x01010101, step = p->in_c, rows = p->kernel_h;
    if ((uint32_t)y >= (uint32_t)p->in_h) {
#pragma GCC unroll 1
        for (int32_t words = g->left + g->inside + g->right; words; words--, at += rows) {
            store_pair(g, zero, zero, at);
        }
        return;
    }
    const int8_t *from = picture + (y * p->in_w - p->pad_left) * step;
    at = border(g, from, -p->pad_left, g->left, at, zero);
    from += 2 * g->left * step;
#pragma GCC unroll 1
    for (int32_t words = g->inside; words; words--, at += rows, from += 2 * step) {
        store_pair(g, dsp_load(from), dsp_load(from + step), at);
    }
    border(g, from, 2 * (g->left + g->inside) - p->pad_left, g->right, at, zero);
}

// The same for one channel, into the plane at `to`.
static __attribute__((noinline)) void load_row1(const group_t *g, const int8_t *picture, int32_t y, int32_t *to) {
    const mite_conv_t *p = g->p;
    int32_t zero = p->input_zero_point, step = p->in_c, x = -p->pad_left, words = g->left, inside = g->inside, width = p->in_w;
    if ((uint32_t)y >= (uint32_t)p->in_h) {
        words += inside;
        width = inside = 0;
    }
    const int8_t *from = picture + (y * p->in_w + x) * step;
    for (int last = 0;; last = 1, words = g->right) {
#pragma GCC unroll 1
        for (; words; words--, x += 2, from += 2 * step, to += p->kernel_h) {
            int32_t a = (uint32_t)x < (uint32_t)width ? *from : zero;
            *to = low_halves(a, (uint32_t)(x + 1) < (uint32_t)width ? from[step] : zero);
        }
        if (last) {
            return;
        }
        x += 2 * inside;
#pragma GCC unroll 1
        for (; inside; inside--, from += 2 * step, to += p->kernel_h) {
            *to = low_halves(*from, from[step]);
        }
    }
}

// Doubled weights of kernel row ky as pairs: tap 2 * pair - odd and the one behind it; 0 outside of the kernel.
static inline int32_t weight_pair(const mite_conv_t *p, int32_t c, int32_t ky, int32_t pair, int32_t odd) {
    int32_t tap = 2 * pair - odd;
    const int8_t *weight = p->filter + (ky * p->kernel_w + tap) * p->out_c + c;
    int32_t first = tap >= 0 && tap < p->kernel_w ? 2 * weight[0] : 0;
    int32_t second = tap + 1 < p->kernel_w ? 2 * weight[p->out_c] : 0;
    return low_halves(first, second);
}

// Two outputs of a 3x3 kernel with stride 1, from the column of words at x. w: for each slot taps 0 and 1, then 1 and 2.
static inline __attribute__((always_inline)) const int32_t *taps3x3(const int32_t *x, const int32_t *w, int32_t *left, int32_t *right) {
    int32_t a = *left, b = *right;
    __asm volatile(
        "ldmia %[w], {r2, r3, r4, r5, r6, r8}\n"
        "ldmia %[x]!, {r9, r10, r12}\n"
        "smlad %[a], r9, r2, %[a]\n"
        "smlatb %[b], r9, r2, %[b]\n"
        "smlad %[a], r10, r4, %[a]\n"
        "smlatb %[b], r10, r4, %[b]\n"
        "smlad %[a], r12, r6, %[a]\n"
        "smlatb %[b], r12, r6, %[b]\n"
        "ldmia %[x], {r9, r10, r12}\n"
        "smlabt %[a], r9, r3, %[a]\n"
        "smlad %[b], r9, r3, %[b]\n"
        "smlabt %[a], r10, r5, %[a]\n"
        "smlad %[b], r10, r5, %[b]\n"
        "smlabt %[a], r12, r8, %[a]\n"
        "smlad %[b], r12, r8, %[b]\n"
        : [a] "+r"(a), [b] "+r"(b), [x] "+r"(x)
        : [w] "r"(w)
        : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "memory");
    *left = a;
    *right = b;
    return x;
}

// One output of a 3x3 kernel with stride 2.
static inline __attribute__((always_inline)) const int32_t *taps3x3_stride2(const int32_t *x, const int32_t *w, int32_t *sum) {
    int32_t a = *sum;
    __asm volatile(
        "ldmia %[w], {r2, r3, r4, r5, r6, r8}\n"
        "ldmia %[x]!, {r9, r10, r12}\n"
        "smlad %[a], r9, r2, %[a]\n"
        "smlad %[a], r10, r4, %[a]\n"
        "smlad %[a], r12, r6, %[a]\n"
        "ldmia %[x], {r9, r10, r12}\n"
        "smlabt %[a], r9, r3, %[a]\n"
        "smlabt %[a], r10, r5, %[a]\n"
        "smlabt %[a], r12, r8, %[a]\n"
        : [a] "+r"(a), [x] "+r"(x)
        : [w] "r"(w)
        : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "memory");
    *sum = a;
    return x;
}

// A row of outputs of a 3x3 kernel, for each channel of a group. turn: the first slot's weights.
static inline __attribute__((always_inline)) void rows3x3(const group_t *g, int32_t lanes, int32_t turn, int8_t *out0,
                                                          const int stride, const int mode) {
    const mite_conv_t *p = g->p;
    const lane_t *lane = g->lane;
    int32_t step = p->out_c;
    for (const lane_t *end = lane + lanes; lane != end; lane++) {
        const int32_t *x = lane->plane, *w = lane->weights + turn;
        dsp_scale_t scale = lane->scale;
        int32_t bias = lane->bias, n = p->out_w;
        int8_t *out = out0++;
        if (stride == 2) {
#pragma GCC unroll 1
            for (; n; n--, out += step) {
                int32_t sum = bias;
                x = taps3x3_stride2(x, w, &sum);
                *out = dsp_requant(sum, scale, mode);
            }
            continue;
        }
        for (;;) {
            int32_t left = bias, right = bias;
            x = taps3x3(x, w, &left, &right);
            *out = dsp_requant(left, scale, mode);
            if (--n == 0) {
                break;
            }
            out += step;
            *out = dsp_requant(right, scale, mode);
            if (--n == 0) {
                break;
            }
            out += step;
        }
    }
}

static __attribute__((noinline)) void rows3x3_relu(const group_t *g, int32_t lanes, int32_t turn, int8_t *out) {
    rows3x3(g, lanes, turn, out, 1, DSP_RELU);
}

static __attribute__((noinline)) void rows3x3_stride2_relu(const group_t *g, int32_t lanes, int32_t turn, int8_t *out) {
    rows3x3(g, lanes, turn, out, 2, DSP_RELU);
}

static __attribute__((noinline)) void rows3x3_linear(const group_t *g, int32_t lanes, int32_t turn, int8_t *out) {
    rows3x3(g, lanes, turn, out, 1, DSP_LINEAR);
}

static __attribute__((noinline)) void rows3x3_stride2_linear(const group_t *g, int32_t lanes, int32_t turn, int8_t *out) {
    rows3x3(g, lanes, turn, out, 2, DSP_LINEAR);
}

// Any kernel. w: for each slot `pairs` words for outputs at whole words, then (stride 1) as many for those between.
static __attribute__((noinline)) void rows_any(const group_t *g, int32_t lanes, int32_t turn, int8_t *out0) {
    const mite_conv_t *p = g->p;
    const lane_t *lane = g->lane;
    int32_t rows = p->kernel_h, sets = p->stride_w == 1 ? 2 : 1, pairs = g->plan.pairs;
    for (const lane_t *end = lane + lanes; lane != end; lane++) {
        const int32_t *x = lane->plane;
        int8_t *out = out0++;
        for (int32_t n = p->out_w; n > 0; n -= sets, x += rows) {
            int32_t left = lane->bias, right = left;
            const int32_t *w = lane->weights + turn;
            for (int32_t slot = 0; slot < rows; slot++, w += sets * pairs) {
                const int32_t *at = x + slot;
                for (int32_t i = 0; i < pairs; i++, at += rows) {
                    left = dsp_smlad(*at, w[i], left);
                    if (sets == 2) {
                        right = dsp_smlad(*at, w[pairs + i], right);
                    }
                }
            }
            *out = dsp_requant(left, lane->scale, DSP_LINEAR);
            out += p->out_c;
            if (sets == 2 && n > 1) {
                *out = dsp_requant(right, lane->scale, DSP_LINEAR);
                out += p->out_c;
            }
        }
    }
}

// The weights of a group's channels, behind the planes; and how it lies in the picture. three: is the kernel 3x3?
static __attribute__((noinline)) void prepare(group_t *g, int32_t c, int32_t lanes, int three, int32_t row_weights) {
    const mite_conv_t *p = g->p;
    const mite_dw_plan_t *plan = &g->plan;
    g->left = mite_quant_min((p->pad_left + 1) / 2, plan->words);
    g->inside = mite_quant_clamp((p->in_w + p->pad_left - 2 * g->left) / 2, 0, plan->words - g->left);
    g->right = plan->words - g->left - g->inside;
    int32_t *plane = (int32_t *)p->scratch, *w = plane + lanes * plan->plane_words;
    const int32_t *packed = p->requant.packed + 2 * c;
    for (lane_t *lane = g->lane, *end = lane + lanes; lane != end; lane++, c++, packed += 2, plane += plan->plane_words) {
        lane->plane = plane;
        lane->weights = w;
        lane->bias = packed[1] >> 5 << 1;
        lane->scale = dsp_scale(packed[0], packed[1], 2 * p->requant.zero_point + 1);
        const int8_t *taps = p->filter + c;
#pragma GCC unroll 1
        for (int32_t ky = 0; ky < p->kernel_h; ky++) {
            if (three) {
                // taps 0 and 1, then 1 and 2
                int32_t middle = 2 * taps[p->out_c];
                *w++ = low_halves(2 * taps[0], middle);
                *w++ = low_halves(middle, 2 * taps[2 * p->out_c]);
                taps += 3 * p->out_c;
                continue;
            }
#pragma GCC unroll 1
            for (int32_t j = 0; j < row_weights; j++) {
                *w++ = weight_pair(p, c, ky, j % plan->pairs, j / plan->pairs);
            }
        }
#pragma GCC unroll 1
        for (int32_t n = (p->kernel_h - 1) * row_weights; n; n--, w++) {
            *w = w[-p->kernel_h * row_weights];
        }
    }
}

// All of the picture for the channels c .. c + lanes - 1.
static void channels(group_t *g, int32_t c, int32_t lanes) {
    const mite_conv_t *p = g->p;
    int shape = p->kernel_h == 3 && p->kernel_w == 3 ? p->stride_w : 0, mode = dsp_mode(&p->requant);
    int32_t row_weights = shape ? 2 : g->plan.pairs * (p->stride_w == 1 ? 2 : 1);
    prepare(g, c, lanes, shape, row_weights);
    int8_t *out = p->output + c;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c + c;
        int32_t next = 0, slot = 0; // the next row to load, counted from the first under the kernel, and its slot
        int32_t turn = 0;           // slot s holds kernel row s + turn, modulo their number
        for (int32_t oy = 0; oy < p->out_h; oy++, out += p->out_w * p->out_c) {
            int32_t first = oy * p->stride_h;
            if (next < first) { // a stride larger than the kernel
                next = first;
                slot = turn = 0;
            }
            for (; next < first + p->kernel_h; next++) {
                if (lanes == 4) {
                    load_row4(g, picture, next - p->pad_top, slot);
                } else {
                    for (int i = 0; i < lanes; i++) {
                        load_row1(g, picture + i, next - p->pad_top, g->lane[i].plane + slot);
                    }
                }
                slot = slot + 1 == p->kernel_h ? 0 : slot + 1;
            }
            // Now the slot that comes next is the oldest: kernel row 0.
            turn = slot ? p->kernel_h - slot : 0;
            turn *= row_weights;
            if (!shape) {
                rows_any(g, lanes, turn, out);
            } else if (shape == 1) {
                mode == DSP_RELU ? rows3x3_relu(g, lanes, turn, out) : rows3x3_linear(g, lanes, turn, out);
            } else {
                mode == DSP_RELU ? rows3x3_stride2_relu(g, lanes, turn, out) : rows3x3_stride2_linear(g, lanes, turn, out);
            }
        }
    }
}

void mite_depthwise_conv_2d_s8__dsp(const mite_conv_t *p) {
    if (depthwise_is_whole(p)) {
        depthwise_whole(p);
        return;
    }
    group_t g;
    g.p = p;
    g.plan = mite_dw_plan(p->kernel_h, p->kernel_w, p->stride_w, p->out_w);
    if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || p->stride_w > 2
        || p->scratch_bytes < mite_dw_scratch_bytes(&g.plan, 1)) {
        mite_depthwise_conv_2d_s8__generic(p);
        return;
    }
    int32_t lanes = LANES;
    for (int32_t c = 0; c < p->out_c; c += lanes) {
        while (p->scratch_bytes < mite_dw_scratch_bytes(&g.plan, lanes) || c + lanes > p->out_c) {
            lanes /= 2;
        }
        channels(&g, c, lanes);
    }
    mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c);
}

#endif
