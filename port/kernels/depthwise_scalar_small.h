// Depthwise convolution of small pictures, as the last layers of networks have them: taps outside of the picture are not multiplied. All pixels
// of a channel less the zero point, and its weights, are words in scratch memory or on the stack; an output is the sum over the part of its
// window that lies in the picture.
//
// On Armv7-M a word holds two channels, xa + xb * 2^21, and so does a word of weights, wa + wb * 2^21: the lowest field of their product is
// xa * wa, the highest is xb * wb, and what is between them is not asked for. An instruction so is two multiply-adds, whatever the window is.
//
// All pixels of a channel are read before the first of its outputs is written, one or two channels after another.
#ifndef MITE_DEPTHWISE_SCALAR_SMALL_H
#define MITE_DEPTHWISE_SCALAR_SMALL_H

#include <stddef.h>

#include "depthwise_scalar_span.h"
#include "scalar.h"

#if defined(SCALAR_WIDE)
#include "depthwise_scalar_small_pairs.h"
#else
#include "depthwise_scalar_small_thumb1.h"
#endif

typedef struct {
    const mite_conv_t *p;
    int32_t *pixels, *weights;
    int32_t top, bottom, left, right; // the kernel's part that meets the picture
    int32_t most;                     // taps of a window in the picture
    small_span_t rows[SMALL_SIDE], columns[SMALL_SIDE];
} small_t;

SCALAR_INLINE const int32_t *small_at(const int32_t *from, int32_t bytes) {
    return (const int32_t *)(const void *)((const int8_t *)from + bytes);
}

#if defined(SCALAR_WIDE)
// Pictures of any kind: where fields may overflow, which so are taken apart after each row of a window, or a shift leaves no bit to round with.
static __attribute__((noinline)) void small_any(const small_t *s, const scalar_scale_t *scale, int8_t *out, int32_t next) {
    const mite_conv_t *p = s->p;
    for (const small_span_t *row = s->rows, *row_end = row + p->out_h; row != row_end; row++) {
        for (const small_span_t *column = s->columns, *end = column + p->out_w; column != end; column++, out += p->out_c) {
            const int32_t *x = small_at(s->pixels, row->x + column->x), *w = small_at(s->weights, row->w + column->w);
            int32_t low = 0, high = 0;
            for (int32_t rows = row->taps; rows; rows--, x += p->in_w, w += SMALL_ROW) {
                int64_t sums = (int64_t)SMALL_HALF << SMALL_FIELD | SMALL_HALF;
                for (int32_t i = 0; i < column->taps; i++) {
                    sums = scalar_one(sums, x[i], w[i]);
                }
                low += ((int32_t)sums & (2 * SMALL_HALF - 1)) - SMALL_HALF;
                high += (int32_t)(sums >> 2 * SMALL_FIELD);
            }
            out[next] = scalar_output(high, scale + 1, &p->requant, 0);
            *out = scalar_output(low, scale, &p->requant, 0);
        }
    }
}
#else
// A channel's pictures. parts: its scale if that can be done in parts, or NULL.
SCALAR_INLINE void small_outputs(const small_t *s, const scalar_scale_t *scale, const nine_scale_t *parts, int8_t *out) {
    const mite_conv_t *p = s->p;
    int32_t x_row = p->in_w;
    for (const small_span_t *row = s->rows, *row_end = row + p->out_h; row != row_end; row++) {
        for (const small_span_t *column = s->columns, *end = column + p->out_w; column != end; column++, out += p->out_c) {
            const int32_t *x = small_at(s->pixels, row->x + column->x), *w = small_at(s->weights, row->w + column->w);
            int32_t rows = row->taps, taps = column->taps, sum = 0;
            for (; rows; rows--, x += x_row, w += SMALL_ROW) {
                const int32_t *at = x, *weight = w;
                int32_t left = taps;
                for (; left >= 3; left -= 3, at += 3, weight += 3) {
                    sum += at[0] * weight[0] + at[1] * weight[1] + at[2] * weight[2];
                }
                if (left) {
                    sum += at[0] * weight[0];
                    sum += left == 2 ? at[1] * weight[1] : 0;
                }
            }
            *out = parts ? nine_output(sum + scale->bias, parts) : scalar_output(sum, scale, &p->requant, 0);
        }
    }
}

#if !defined(SCALAR_HIGH_REGISTERS)
static __attribute__((noinline)) void small_quick(const small_t *s, const scalar_scale_t *scale, const nine_scale_t *parts, int8_t *out) {
    small_outputs(s, scale, parts, out);
}
#endif

static __attribute__((noinline)) void small_any(const small_t *s, const scalar_scale_t *scale, int8_t *out) {
    small_outputs(s, scale, NULL, out);
}
#endif

SCALAR_INLINE int32_t small_pixel(const int8_t *in, int32_t next, int32_t zero) {
#if defined(SCALAR_WIDE)
    return small_pair(*in, in[next]) - zero;
#else
    (void)next;
    return *in - zero;
#endif
}

// A channel's pixels, or two channels' ones, `next` bytes apart.
static void small_pixels(const small_t *s, const int8_t *in, int32_t next) {
    const mite_conv_t *p = s->p;
    int32_t step = p->in_c, zero = p->input_zero_point, count = p->in_h * p->in_w, *to = s->pixels;
#if defined(SCALAR_WIDE)
    zero = small_pair(zero, zero);
#endif
    for (; count >= 3; count -= 3, to += 3) {
        to[0] = small_pixel(in, next, zero);
        in += step;
        to[1] = small_pixel(in, next, zero);
        in += step;
        to[2] = small_pixel(in, next, zero);
        in += step;
    }
    for (; count; count--, in += step) {
        *to++ = small_pixel(in, next, zero);
    }
}

// Sums of the weights of a channel, or of two.
typedef struct {
    int32_t first, second;
} small_sums_t;

// Of all taps: those outside of the picture, too, are in the op's bias.
static small_sums_t small_sum(const mite_conv_t *p, const int8_t *w, int32_t next) {
    small_sums_t sums = {0, 0};
    int32_t step = p->out_c;
    for (const int8_t *end = w + p->kernel_h * p->kernel_w * step; w != end; w += step) {
        sums.first += *w;
        sums.second += w[next];
    }
    return sums;
}

// A channel's weights that meet the picture, or two channels' ones.
static small_sums_t small_weights(const small_t *s, const int8_t *filter, int32_t next) {
    const mite_conv_t *p = s->p;
    int32_t step = p->out_c, tap_row = p->kernel_w * step, width = s->right - s->left, skip = tap_row - width * step, *to = s->weights;
    small_sums_t sums = {0, 0};
    const int8_t *w = filter + s->top * tap_row + s->left * step;
    for (int32_t rows = s->bottom - s->top; rows; rows--, w += skip, to += SMALL_ROW - width) {
        for (int32_t *end = to + width; to != end; w += step) {
            int32_t a = *w;
            sums.first += a;
#if defined(SCALAR_WIDE)
            int32_t b = w[next];
            sums.second += b;
            a = small_pair(a, b);
#endif
            *to++ = a;
        }
    }
    return (s->bottom - s->top) * width == p->kernel_h * p->kernel_w ? sums : small_sum(p, filter, next);
}

// One side of the picture.
static void small_spans(small_span_t *to, int32_t out, int32_t in, int32_t stride, int32_t pad, int32_t first, int32_t last, int32_t x_step,
                        int32_t w_step) {
    for (int32_t x = -pad; out; out--, x += stride, to++) {
        int32_t begin = mite_quant_max(first, -x);
        to->taps = mite_quant_min(last, in - x) - begin;
        to->x = (x + begin) * x_step;
        to->w = (begin - first) * w_step;
    }
}

// Is the picture small? Then what is the same for all channels is made ready.
static __attribute__((noinline)) int small_begin(small_t *s, const mite_conv_t *p, int32_t *stack) {
    int32_t last_y = (p->out_h - 1) * p->stride_h - p->pad_top, last_x = (p->out_w - 1) * p->stride_w - p->pad_left;
    s->p = p;
    s->top = mite_quant_max(-last_y, 0);
    s->left = mite_quant_max(-last_x, 0);
    s->bottom = mite_quant_min(p->kernel_h, p->in_h + p->pad_top);
    s->right = mite_quant_min(p->kernel_w, p->in_w + p->pad_left);
    int32_t height = s->bottom - s->top, width = s->right - s->left, pixels = p->in_h * p->in_w, words = pixels + height * SMALL_ROW;
    s->pixels = words <= p->scratch_bytes / 4 ? p->scratch : stack;
    s->weights = s->pixels + pixels;
    s->most = mite_quant_min(height, p->in_h) * mite_quant_min(width, p->in_w);
    if (p->out_h > SMALL_SIDE || p->out_w > SMALL_SIDE || width > SMALL_ROW || (s->pixels == stack && words > SMALL_STACK)
        || p->pad_top >= p->kernel_h || p->pad_left >= p->kernel_w || last_y >= p->in_h || last_x >= p->in_w) { // a window that is outside
        return 0;
    }
    small_spans(s->rows, p->out_h, p->in_h, p->stride_h, p->pad_top, s->top, s->bottom, 4 * p->in_w, 4 * SMALL_ROW);
    small_spans(s->columns, p->out_w, p->in_w, p->stride_w, p->pad_left, s->left, s->right, 4, 4);
    return 1;
}

#if defined(SCALAR_WIDE)
// Is no window's middle field too small for these weights?
static int small_fits(const small_t *s) {
    int32_t magnitudes = 0, width = s->right - s->left;
    const int32_t *w = s->weights;
    for (int32_t rows = s->most > SMALL_TAPS ? s->bottom - s->top : 0; rows; rows--, w += SMALL_ROW) {
        for (int32_t i = 0; i < width; i++) {
            int32_t a = (int32_t)((uint32_t)w[i] << (32 - SMALL_FIELD)) >> (32 - SMALL_FIELD), b = w[i] >> SMALL_FIELD; // or one less
            magnitudes += (a < 0 ? -a : a) + (b < 0 ? -b : b) + 1;
        }
    }
    return magnitudes <= SMALL_MAGNITUDES;
}

// What an output's product is added to. bias: what is added to its sum.
static int64_t small_product(const int32_t *packed, int32_t bias, int32_t zero_point) {
    int64_t rounding = (int64_t)(int32_t)((uint32_t)(2 * zero_point + 1) << (packed[1] & 31)) * (1 << 30) + (1 << 30);
    return scalar_one(rounding, bias, packed[0]);
}
#endif

// Is it worth it? Planes of padded rows are better for 3x3 kernels (on Armv7-M if there are many outputs at stride 1), and without
// `small_picture` wherever fewer than a fifth of the taps lie outside.
static int small_pays(const small_t *s) {
    const mite_conv_t *p = s->p;
    int positive = scalar_positive(&p->requant), nine = p->kernel_h == 3 && p->kernel_w == 3;
#if defined(SCALAR_WIDE)
    return positive && (!nine || p->stride_w > 1 || p->out_h * p->out_w <= 100);
#else
    int32_t rows = 0, columns = 0;
#if defined(SCALAR_HIGH_REGISTERS)
    if (positive) {
        return !nine;
    }
#endif
    (void)positive;
    for (int32_t i = 0; i < p->out_h; i++) {
        rows += s->rows[i].taps;
    }
    for (int32_t i = 0; i < p->out_w; i++) {
        columns += s->columns[i].taps;
    }
    return !nine && 5 * rows * columns <= 4 * p->out_h * p->out_w * p->kernel_h * p->kernel_w;
#endif
}

#if defined(SCALAR_WIDE)
// The pictures of channel c and, `next` channels behind it, another.
static void small_pictures(const small_t *s, small_pair_t *q, int32_t c, int32_t next, const small_sums_t *sums, int8_t *out) {
    const mite_conv_t *p = s->p;
    const int32_t *packed = p->requant.packed + 2 * c, *second = packed + 2 * next;
    // The op's bias has the zero point in it.
    int32_t bias = (packed[1] >> 5) + p->input_zero_point * sums->first, zero_point = p->requant.zero_point;
    int32_t second_bias = (second[1] >> 5) + p->input_zero_point * sums->second;
    if (packed[1] & 31 && second[1] & 31 && small_fits(s)) {
        q->multiplier = packed[0];
        q->shift = (packed[1] & 31) - 1;
        q->next_multiplier = second[0];
        q->next_shift = (second[1] & 31) - 1;
        q->begin = small_product(packed, bias - SMALL_HALF, zero_point);
        q->next_begin = small_product(second, second_bias, zero_point);
        q->out = out;
        q->next = next;
        q->row = s->rows;
        small_picture(q);
    } else {
        scalar_scale_t scale[2] = {scalar_scale(packed, bias, zero_point), scalar_scale(second, second_bias, zero_point)};
        small_any(s, scale, out, next);
    }
}
#else
static void small_pictures(const small_t *s, small_channel_t *q, int32_t c, const small_sums_t *sums, int8_t *out) {
    const mite_conv_t *p = s->p;
    const int32_t *packed = p->requant.packed + 2 * c;
    int32_t bias = (packed[1] >> 5) + p->input_zero_point * sums->first;
    int quick = nine_scale(&q->scale, p, c, p->kernel_h * p->kernel_w);
#if defined(SCALAR_HIGH_REGISTERS)
    if (quick) {
        q->bias = bias;
        q->out = out;
        q->row = s->rows;
        small_picture(q);
        return;
    }
#endif
    scalar_scale_t scale = scalar_scale(packed, bias, p->requant.zero_point);
#if !defined(SCALAR_HIGH_REGISTERS)
    if (quick) {
        small_quick(s, &scale, &q->scale, out);
        return;
    }
#endif
    small_any(s, &scale, out);
}
#endif

// Returns 0 if it is not for this one.
static __attribute__((noinline)) int depthwise_small(const mite_conv_t *p) {
    int32_t stack[SMALL_STACK];
    small_t s;
    if (!small_begin(&s, p, stack) || !small_pays(&s)) {
        return 0;
    }
    int32_t step = p->out_c, next = 0;
#if defined(SCALAR_WIDE)
    small_pair_t q;
#else
    small_channel_t q;
#endif
#if defined(SCALAR_WIDE) || defined(SCALAR_HIGH_REGISTERS)
    q.step = step;
    q.x_row = 4 * p->in_w;
    q.pixels = s.pixels;
    q.weights = s.weights;
    q.row_end = s.rows + p->out_h;
    q.columns = s.columns;
    q.out_row = p->out_w * step;
#endif
    for (int32_t c = 0; c < step; c += 1 + next) {
#if defined(SCALAR_WIDE)
        next = c + 1 < step; // a last channel alone counts twice
#endif
        small_sums_t sums = small_weights(&s, p->filter + c, next);
        const int8_t *in = p->input + c;
        int8_t *out = p->output + c;
        for (int32_t b = p->batches; b; b--, in += p->in_h * p->in_w * step, out += p->out_h * p->out_w * step) {
            small_pixels(&s, in, next);
#if defined(SCALAR_WIDE)
            small_pictures(&s, &q, c, next, &sums, out);
#else
            small_pictures(&s, &q, c, &sums, out);
#endif
        }
    }
    return 1;
}

#endif
