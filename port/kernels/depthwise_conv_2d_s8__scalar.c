// Depthwise convolution for cores without SIMD: one channel after another. The rows under the kernel lie in scratch memory as words of
// two taps that the same weight meets, those of two neighbouring outputs: word x holds columns x and x + stride. Small pictures, and on Armv7-M
// nearly all others, have ways of their own.
//
// A row is read before any output of it is written, one channel after another: the output may lie exactly over the input.

#include "roster.h"
#include "scalar.h"

#if !defined(__ARM_FEATURE_DSP)

#include "depthwise_whole.h"

// May outputs be written column by column? Where an output overlaps its input the order is row by row, unless each lies on its own input,
// in a column that has been read, or all of a channel is read first.
static int may_turn(const mite_conv_t *p) {
    uintptr_t in = (uintptr_t)p->input, out = (uintptr_t)p->output;
    uintptr_t in_end = in + (uintptr_t)(p->batches * p->in_h * p->in_w * p->in_c);
    uintptr_t out_end = out + (uintptr_t)(p->batches * p->out_h * p->out_w * p->out_c);
    int own = in == out && p->in_h == p->out_h && p->in_w == p->out_w && p->stride_h == 1 && p->stride_w == 1 && p->pad_left < p->kernel_w;
    int column = p->in_w == 1 && p->out_w == 1 && p->kernel_w == 1;
    return own || column || in_end <= out || out_end <= in;
}

#if defined(SCALAR_WIDE) && !defined(__OPTIMIZE_SIZE__)
#define WIDE 1
#include "depthwise_scalar_wide.h"
#else
#include "depthwise_scalar_3x3.h"
#endif

#if !defined(__OPTIMIZE_SIZE__)
#define SMALL 1
#include "depthwise_scalar_small.h"
#endif

// Input row y of a channel, from column -pad_left on; what lies outside of the picture reads the zero point.
static __attribute__((noinline)) void load_row(const mite_conv_t *p, const int8_t *channel, int32_t y, int32_t *to, int32_t count) {
    int32_t zero = p->input_zero_point, step = p->in_c, far = p->stride_w, x = -p->pad_left;
    int32_t width = y >= 0 && y < p->in_h ? p->in_w : 0;
    int32_t *end = to + count;
    const int8_t *row = channel + y * p->in_w * step;
    for (; x < 0 && to != end; x++) {
        *to++ = scalar_pair(zero, x + far >= 0 && x + far < width ? row[(x + far) * step] : zero);
    }
    const int8_t *a = row + x * step, *b = a + far * step;
    int32_t inside = mite_quant_min(width - far - x, (int32_t)(end - to));
    if (inside > 0) {
        x += inside;
        for (int32_t *stop = to + inside; to != stop; a += step, b += step) {
            *to++ = scalar_pair(*a, *b);
        }
    }
    for (; x < width && to != end; x++, a += step) {
        *to++ = scalar_pair(*a, zero);
    }
    for (zero = scalar_pair(zero, zero); to != end;) {
        *to++ = zero;
    }
}

// What a channel's rows have in common.
typedef struct {
    const mite_conv_t *p;
    const int32_t *plane, *weights;
    int32_t columns; // words of a row in the plane
    scalar_scale_t scale;
} channel_t;

SCALAR_INLINE void put(const mite_conv_t *p, const scalar_scale_t *scale, scalar_sums_t sums, int32_t turns, int8_t *out, int pair) {
    int32_t low, high;
    scalar_end(sums, turns, &low, &high);
    out[0] = scalar_output(low, scale, &p->requant, 0);
    if (pair) {
        out[p->out_c] = scalar_output(high, scale, &p->requant, 0);
    }
}

// Any kernel. first: the slot of the plane in which its first row is.
static __attribute__((noinline)) void row_any(const channel_t *channel, int32_t first, int8_t *out) {
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
        put(p, &channel->scale, sums, height * ((width + 1) / 2), out, left > 1);
        out += 2 * p->out_c;
    }
}

static void picture_any(const channel_t *channel, const int8_t *in, int8_t *out) {
    const mite_conv_t *p = channel->p;
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
        row_any(channel, slot, out);
    }
}

static __attribute__((noinline)) void depthwise(const mite_conv_t *parameters) {
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
    if (taps > SCALAR_TAPS || p->scratch_bytes / 4 < columns * p->kernel_h + taps) {
        mite_depthwise_conv_2d_s8__generic(parameters);
        return;
    }
    int32_t *plane = p->scratch, *weights = plane + columns * p->kernel_h;
    channel_t channel = {.p = p, .plane = plane, .weights = weights, .columns = columns};
    for (int32_t c = 0; c < p->out_c; c++) {
        for (int32_t i = 0; i < taps; i++) {
            weights[i] = p->filter[i * p->out_c + c];
        }
        const int32_t *packed = p->requant.packed + 2 * c;
        channel.scale = scalar_scale(packed, packed[1] >> 5, p->requant.zero_point);
        for (int32_t b = 0; b < p->batches; b++) {
            const int8_t *in = p->input + b * p->in_h * p->in_w * p->in_c + c;
            int8_t *out = p->output + b * p->out_h * p->out_w * p->out_c + c;
            picture_any(&channel, in, out);
        }
    }
}

void mite_depthwise_conv_2d_s8__scalar(const mite_conv_t *p) {
    if (depthwise_is_whole(p)) {
        depthwise_whole(p);
    } else if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1) {
        mite_depthwise_conv_2d_s8__generic(p);
    } else {
#if defined(SMALL)
        if (depthwise_small(p)) {
            return;
        }
#endif
#if defined(WIDE)
        if (depthwise_wide(p)) {
            return;
        }
#else
        if (p->kernel_h == 3 && p->kernel_w == 3 && depthwise_nine(p)) {
            return;
        }
#endif
        depthwise(p);
    }
}

#endif
