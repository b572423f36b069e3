// Depthwise convolution for cores without SIMD: one channel after another. The rows under the kernel lie in scratch memory as words of
// two taps that the same weight meets, those of two neighbouring outputs: word x holds columns x and x + stride.
//
// A row is read before any output of it is written, one channel after another: the output may lie exactly over the input.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

// Input row y of a channel, from column -pad_left on; what lies outside of the picture reads the zero point.
static void load_row(const mite_conv_t *p, const int8_t *channel, int32_t y, int32_t *to, int32_t count) {
    int32_t zero = p->input_zero_point, step = p->in_c, far = p->stride_w;
    int32_t width = y >= 0 && y < p->in_h ? p->in_w : 0;
    const int8_t *row = channel + y * p->in_w * step;
    int32_t x = -p->pad_left;
    for (int32_t *end = to + count; to != end;) {
        if (x >= 0 && x + far < width) {
            const int8_t *a = row + x * step, *b = a + far * step;
            int32_t inside = mite_quant_min(width - far - x, (int32_t)(end - to));
            x += inside;
            for (int32_t *stop = to + inside; to != stop; to++, a += step, b += step) {
                *to = scalar_pair(*a, *b);
            }
        } else {
            int32_t a = x >= 0 && x < width ? row[x * step] : zero;
            int32_t b = x + far >= 0 && x + far < width ? row[(x + far) * step] : zero;
            *to++ = scalar_pair(a, b);
            x++;
        }
    }
}

// What a channel's rows have in common.
typedef struct {
    const mite_conv_t *p;
    const int32_t *plane, *weights;
    int32_t columns; // words of a row in the plane
    int32_t positive;
    scalar_scale_t scale;
} channel_t;

SCALAR_INLINE int8_t *put(const channel_t *c, scalar_sums_t sums, int32_t turns, int8_t *out, int32_t left) {
    int32_t low, high, step = c->p->out_c;
    scalar_end(sums, turns, &low, &high);
    if (c->positive) {
        if (left > 1) {
            out[step] = scalar_output(high, &c->scale, &c->p->requant, 1);
        }
        out[0] = scalar_output(low, &c->scale, &c->p->requant, 1);
    } else {
        if (left > 1) {
            out[step] = scalar_output(high, &c->scale, &c->p->requant, 0);
        }
        out[0] = scalar_output(low, &c->scale, &c->p->requant, 0);
    }
    return out + 2 * step;
}

// A row of outputs of a 3x3 kernel. a, b, c: where its three rows are.
static void row3x3(const channel_t *channel, const int32_t *a, const int32_t *b, const int32_t *c, int8_t *out) {
    const int32_t *w = channel->weights;
    int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    int32_t step = 2 * channel->p->stride_w;
    for (int32_t left = channel->p->out_w; left > 0; left -= 2, a += step, b += step, c += step) {
        scalar_sums_t sums = scalar_begin();
        sums = scalar_two(sums, a[0], w0, a[1], w1);
        sums = scalar_two(sums, a[2], w2, b[0], w3);
        sums = scalar_two(sums, b[1], w4, b[2], w5);
        sums = scalar_two(sums, c[0], w6, c[1], w7);
        sums = scalar_one(sums, c[2], w8);
        out = put(channel, sums, 5, out, left);
    }
}

// Any kernel. first: the slot of the plane in which its first row is.
static void row_any(const channel_t *channel, int32_t first, int8_t *out) {
    const mite_conv_t *p = channel->p;
    int32_t columns = channel->columns, width = p->kernel_w, height = p->kernel_h, step = 2 * p->stride_w;
    const int32_t *at = channel->plane, *end = at + height * columns;
    for (int32_t left = p->out_w; left > 0; left -= 2, at += step, end += step) {
        const int32_t *row = at + first * columns, *w = channel->weights;
        scalar_sums_t sums = scalar_begin();
        for (int32_t ky = height; ky; ky--) {
            const int32_t *x = row, *stop = w + width;
            for (; w + 1 < stop; w += 2, x += 2) {
                sums = scalar_two(sums, x[0], w[0], x[1], w[1]);
            }
            if (w != stop) {
                sums = scalar_one(sums, *x, *w++);
            }
            row += columns;
            if (row == end) {
                row = at;
            }
        }
        out = put(channel, sums, height * ((width + 1) / 2), out, left);
    }
}

static void picture(const mite_conv_t *p, channel_t *channel, const int8_t *in, int8_t *out) {
    int32_t *plane = p->scratch, columns = channel->columns, rows = p->kernel_h;
    int32_t next = 0, slot = 0; // the next row to load, counted from the first under the kernel, and its slot
    for (int32_t first = 0, oy = p->out_h; oy; oy--, first += p->stride_h, out += p->out_w * p->out_c) {
        if (next < first) { // a stride larger than the kernel
            next = first;
            slot = 0;
        }
        for (; next < first + rows; next++) {
            load_row(p, in, next - p->pad_top, plane + slot * columns, columns);
            slot = slot + 1 == rows ? 0 : slot + 1;
        }
        // Now the slot that comes next is the oldest: kernel row 0.
        if (rows == 3 && p->kernel_w == 3) {
            const int32_t *a = plane + slot * columns, *b = slot == 2 ? plane : a + columns, *c = slot == 1 ? plane : b + columns;
            row3x3(channel, a, b, c, out);
        } else {
            row_any(channel, slot, out);
        }
    }
}

void mite_depthwise_conv_2d_s8__scalar(const mite_conv_t *parameters) {
    mite_conv_t turned = *parameters;
    const mite_conv_t *p = &turned;
    if (p->in_w == 1 && p->out_w == 1 && p->kernel_w == 1) {
        // A column is a row, so that outputs have neighbours.
        turned.in_w = p->in_h, turned.out_w = p->out_h, turned.kernel_w = p->kernel_h;
        turned.stride_w = p->stride_h, turned.pad_left = p->pad_top;
        turned.in_h = turned.out_h = turned.kernel_h = turned.stride_h = 1;
        turned.pad_top = 0;
    }
    int32_t columns = (p->out_w - 1) * p->stride_w + p->kernel_w, taps = p->kernel_h * p->kernel_w;
    if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || taps > SCALAR_TAPS
        || p->scratch_bytes / 4 < columns * p->kernel_h + taps) {
        mite_depthwise_conv_2d_s8__generic(parameters);
        return;
    }
    int32_t *plane = p->scratch, *weights = plane + columns * p->kernel_h;
    channel_t channel = {.p = p, .plane = plane, .weights = weights, .columns = columns, .positive = scalar_positive(&p->requant)};
    for (int32_t c = 0; c < p->out_c; c++) {
        for (int32_t i = 0; i < taps; i++) {
            weights[i] = p->filter[i * p->out_c + c];
        }
        const int32_t *packed = p->requant.packed + 2 * c;
        channel.scale = scalar_scale(packed, packed[1] >> 5, p->requant.zero_point);
        for (int32_t b = 0; b < p->batches; b++) {
            picture(p, &channel, p->input + b * p->in_h * p->in_w * p->in_c + c, p->output + b * p->out_h * p->out_w * p->out_c + c);
        }
    }
}

#endif
