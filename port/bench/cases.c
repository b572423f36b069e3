#include "cases.h"

#include <string.h>

#include "../kernels/conv_rows_plan.h"
#include "../kernels/quant.h"
#include "../ops/convolution.h"

static uint32_t draw(bench_case_t *c, uint32_t count) {
    c->random = c->random * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(c->random >> 8) * count >> 24);
}

static int32_t between(bench_case_t *c, int32_t low, int32_t high) {
    return low + (int32_t)draw(c, (uint32_t)(high - low) + 1);
}

static int one_in(bench_case_t *c, uint32_t count) {
    return draw(c, count) == 0;
}

// Numbers around the widths of registers and blocks.
static int32_t awkward(bench_case_t *c, int32_t most) {
    static const int8_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 48, 64, 65};
    int32_t size;
    do {
        size = sizes[draw(c, sizeof(sizes))];
    } while (size > most);
    return size;
}

static void say(bench_case_t *c, const char *name, int32_t value) {
    char digits[12];
    int32_t n = 0, room = (int32_t)sizeof(c->text) - 16 - (int32_t)strlen(name);
    uint32_t rest = value < 0 ? -(uint32_t)value : (uint32_t)value;
    if (c->length > room) {
        return;
    }
    c->text[c->length++] = ' ';
    while (*name) {
        c->text[c->length++] = *name++;
    }
    c->text[c->length++] = '=';
    if (value < 0) {
        c->text[c->length++] = '-';
    }
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    while (n) {
        c->text[c->length++] = digits[--n];
    }
    c->text[c->length] = 0;
}

// Memory at `odd` bytes from a multiple of 16.
static void *take(bench_case_t *c, uint32_t bytes, uint32_t odd) {
    uint8_t *at = (uint8_t *)(((uintptr_t)c->free + 15) & ~(uintptr_t)15) + odd;
    c->free = at + bytes;
    if (c->free > bench_memory_end) {
        bench_write("a case is too large for the memory\n");
        bench_exit(1);
    }
    return at;
}

// int8 numbers: mostly any, sometimes the extreme ones alone, or small ones, whose sums need a small shift and so are ties more often.
static int8_t *numbers(bench_case_t *c, uint32_t count, uint32_t odd) {
    int8_t *at = take(c, count, odd);
    uint32_t kind = draw(c, 8);
    int32_t most = kind == 3 || kind == 4 ? 3 : 127;
    c->magnitude += most == 3 ? 1 : 6;
    for (uint32_t i = 0; i < count; i++) {
        at[i] = (int8_t)(kind == 0 ? INT8_MIN : kind == 1 ? INT8_MAX : kind == 2 ? (one_in(c, 2) ? INT8_MIN : INT8_MAX) : between(c, -most - 1, most));
    }
    return at;
}

// Weights: `rows` rows of `count`, each padded with zeros to a multiple of 4 bytes if `padded`.
static int8_t *weights(bench_case_t *c, uint32_t rows, uint32_t count, int padded) {
    uint32_t row = padded ? (count + 3) & ~3u : count;
    int8_t *at = numbers(c, rows * row, 4 * draw(c, 4));
    for (uint32_t i = 0; i < rows; i++) {
        memset(at + i * row + count, 0, row - count);
    }
    return at;
}

// How sums of `taps` products become int8. Packed if they are bounded: no sum leaves +-2^30, no shift is above 0.
static void requant(bench_case_t *c, mite_requant_t *r, uint32_t channels, int32_t taps) {
    int bounded = !one_in(c, 4), shared = one_in(c, 3);
    uint32_t count = shared ? 1 : channels;
    int32_t *bias = take(c, 4 * channels, 0), *multiplier = take(c, 4 * count, 0), bits = 0;
    int8_t *shift = take(c, count, draw(c, 4));
    // Random sums are about 2^magnitude times the root of the number of taps; they shall fill int8, and sometimes overflow it.
    while (taps >> 2 * bits) {
        bits++;
    }
    bits += c->magnitude - 6;
    int32_t most_bias = one_in(c, 4) ? (bounded ? 1 << 25 : INT32_MAX - taps * 16384) : 1 << mite_quant_max(4 + bits, 1);
    for (uint32_t i = 0; i < channels; i++) {
        bias[i] = (int32_t)((int64_t)most_bias * between(c, -1024, 1024) / 1024);
    }
    for (uint32_t i = 0; i < count; i++) {
        // With few bits set there are ties.
        multiplier[i] = one_in(c, 16) ? INT32_MAX : (1 << 30) + (int32_t)(one_in(c, 4) ? draw(c, 8) << 27 : draw(c, 1 << 24) << 6);
        int32_t down = one_in(c, 16) ? (bounded ? MITE_PACKED_SHIFT_MOST : 31) : one_in(c, 16) ? 0 : mite_quant_clamp(bits + between(c, -2, 2), 0, 31);
        shift[i] = (int8_t)(!bounded && one_in(c, 4) ? between(c, 1, 8) : -down);
    }
    *r = (mite_requant_t) {.bias = bias, .multiplier = multiplier, .shift = shift, .scale_step = !shared};
    if (bounded) {
        int32_t *packed = take(c, 8 * channels + 8, 0);
        for (uint32_t i = 0; i < count; i++) {
            packed[2 * i] = multiplier[i];
            packed[2 * i + 1] = (shared ? 0 : bias[i] * 32) - shift[i];
        }
        r->packed = packed; // where channels share a multiplier r->bias stands for the biases behind it
    }
    r->zero_point = one_in(c, 2) ? INT8_MIN : between(c, -128, 127);
    switch (draw(c, 3)) {
        case 0: // no activation
            r->min = INT8_MIN;
            r->max = INT8_MAX;
            break;
        case 1: // ReLU
            r->min = r->zero_point;
            r->max = INT8_MAX;
            break;
        default: // ReLU6
            r->min = r->zero_point;
            r->max = between(c, r->min, 127);
    }
    say(c, "bounded", bounded);
    say(c, "scale_step", r->scale_step);
    say(c, "zero_point", r->zero_point);
    say(c, "min", r->min);
    say(c, "max", r->max);
}

// `beyond`: windows may lie behind the picture altogether, as folded padding makes them.
static void one_dimension(bench_case_t *c, int beyond, int32_t kernel, int32_t *in, int32_t *out, int32_t *stride, int32_t *dilation, int32_t *pad) {
    int32_t span;
    *stride = one_in(c, 2) ? 1 : between(c, 1, 3);
    *dilation = kernel <= 5 && one_in(c, 6) ? 2 : 1;
    span = (kernel - 1) * *dilation + 1;
    // Enough before and after the picture that the window still reaches into it.
    *pad = one_in(c, 3) ? 0 : between(c, 0, span - 1);
    int32_t after = one_in(c, 3) ? 0 : between(c, 0, beyond && one_in(c, 3) ? span + 1 : span - 1);
    do {
        *in = awkward(c, 17);
    } while (*in + *pad + after < span);
    *out = (*in + *pad + after - span) / *stride + 1;
}

// For one output position the first position under its kernel that is inside; `size` if none is.
static int32_t first_tap(int32_t out, int32_t size, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad) {
    for (int32_t k = 0; k < kernel; k++) {
        int32_t at = out * stride - pad + k * dilation;
        if (at >= 0 && at < size) {
            return at;
        }
    }
    return size;
}

// An op that works pixel by pixel: how far behind the input's start its output may start, so that what it writes has been read.
// `whole`: all channels of a pixel are read before any of it is written.
static int32_t pixel_distance(const mite_conv_t *p, int whole) {
    int32_t end = p->batches * p->in_h * p->in_w, later = end, most = end * p->in_c;
    for (int32_t i = p->batches * p->out_h * p->out_w - 1; i >= whole; i--) {
        int32_t b = i / (p->out_h * p->out_w), oy = i / p->out_w % p->out_h, ox = i % p->out_w;
        int32_t y = first_tap(oy, p->in_h, p->kernel_h, p->stride_h, p->dilation_h, p->pad_top);
        int32_t x = first_tap(ox, p->in_w, p->kernel_w, p->stride_w, p->dilation_w, p->pad_left);
        if (y < p->in_h && x < p->in_w) {
            later = mite_quant_min(later, (b * p->in_h + y) * p->in_w + x);
        }
        most = mite_quant_min(most, later * p->in_c - i * p->out_c);
    }
    return most & ~3; // the planner knows multiples of 4 only
}

// Depthwise works channel by channel, row by row: does each row end where the input has been read, if both start together?
static int rows_follow(const mite_conv_t *p) {
    if (p->multiplier != 1 || !p->scratch_bytes || (p->batches > 1 && p->out_h * p->out_w > p->in_h * p->in_w)) {
        return 0;
    }
    for (int32_t oy = 0; oy < p->out_h; oy++) {
        int32_t read = mite_quant_clamp(oy * p->stride_h - p->pad_top + p->kernel_h, 0, p->in_h);
        if ((oy + 1) * p->out_w > read * p->in_w) {
            return 0;
        }
    }
    return 1;
}

// Padding so that there is an output for each stride. before: as much before the picture as behind it, or more.
static void same_padding(int32_t in, int32_t kernel, int32_t stride, int before, int32_t *out, int32_t *pad) {
    *out = (in + stride - 1) / stride;
    *pad = (mite_quant_max((*out - 1) * stride + kernel - in, 0) + (before ? 1 : 0)) / 2;
}

// Rows of many windows, as early layers have them, or a row alone.
static void wide_picture(bench_case_t *c, mite_conv_t *p) {
    int row = one_in(c, 2);
    p->kernel_h = row ? 1 : 3;
    p->kernel_w = row ? between(c, 1, 17) : 3;
    p->stride_h = p->stride_w = !row && one_in(c, 2) ? 2 : 1;
    p->dilation_h = p->dilation_w = 1;
    p->pad_top = row ? 0 : between(c, 0, 1);
    p->pad_left = between(c, 0, p->kernel_w - 1);
    p->in_h = between(c, 3, 5);
    p->in_w = between(c, 25, 70);
    p->out_h = (p->in_h + p->pad_top - p->kernel_h) / p->stride_h + 1;
    p->out_w = (p->in_w + p->pad_left + between(c, 0, p->kernel_w - 1) - p->kernel_w) / p->stride_w + 1;
}

// Windows as large as the picture or larger, as last layers have them.
static void tiny_picture(bench_case_t *c, mite_conv_t *p) {
    p->kernel_h = p->kernel_w = between(c, 3, 9);
    p->stride_h = p->stride_w = between(c, 1, 2);
    p->dilation_h = p->dilation_w = 1;
    p->in_h = between(c, 1, 10);
    p->in_w = between(c, 1, 10);
    same_padding(p->in_h, p->kernel_h, p->stride_h, one_in(c, 3), &p->out_h, &p->pad_top);
    same_padding(p->in_w, p->kernel_w, p->stride_w, p->pad_top > 0, &p->out_w, &p->pad_left);
}

static void geometry(bench_case_t *c, mite_conv_t *p) {
    p->batches = one_in(c, 4) ? 2 : 1;
    if (one_in(c, 2)) {
        p->kernel_h = p->kernel_w = one_in(c, 2) ? 1 : 3;
    } else {
        p->kernel_h = between(c, 1, 10);
        p->kernel_w = one_in(c, 3) ? 1 : between(c, 1, 5);
    }
    one_dimension(c, 1, p->kernel_h, &p->in_h, &p->out_h, &p->stride_h, &p->dilation_h, &p->pad_top);
    one_dimension(c, 1, p->kernel_w, &p->in_w, &p->out_w, &p->stride_w, &p->dilation_w, &p->pad_left);
    if (p->kernel_h == p->kernel_w && one_in(c, 2)) {
        // As most layers are: without dilation, as large as before, or half as large.
        p->stride_h = p->stride_w = one_in(c, 3) ? 2 : 1;
        p->dilation_h = p->dilation_w = 1;
        p->in_h = awkward(c, one_in(c, 4) ? 33 : 9);
        p->in_w = awkward(c, 17);
        same_padding(p->in_h, p->kernel_h, p->stride_h, one_in(c, 3), &p->out_h, &p->pad_top);
        same_padding(p->in_w, p->kernel_w, p->stride_w, p->pad_top > 0, &p->out_w, &p->pad_left);
    }
    if (one_in(c, 12)) {
        // The whole picture at once, as large as late layers have it.
        p->kernel_h = p->in_h = between(c, 5, 25);
        p->kernel_w = p->in_w = one_in(c, 2) ? 1 : between(c, 2, 6);
        p->out_h = p->out_w = p->stride_h = p->stride_w = p->dilation_h = p->dilation_w = 1;
        p->pad_top = p->pad_left = 0;
    } else if (one_in(c, 10)) {
        wide_picture(c, p);
    } else if (one_in(c, 8)) {
        tiny_picture(c, p);
    }
    p->input_zero_point = one_in(c, 3) ? INT8_MIN : between(c, -128, 127);
}

// Wide kernels over wide pictures, as the first layers of networks have them.
static void wide(bench_case_t *c, mite_conv_t *p) {
    p->kernel_h = between(c, 1, 5);
    p->kernel_w = between(c, 2, 9);
    p->stride_h = between(c, 1, 2);
    p->stride_w = between(c, 1, 2);
    p->dilation_h = p->dilation_w = 1;
    p->pad_top = between(c, 0, p->kernel_h - 1);
    p->pad_left = between(c, 0, p->kernel_w - 1);
    p->in_h = between(c, 5, 12);
    p->in_w = between(c, 12, 40);
    p->out_h = (p->in_h + p->pad_top - p->kernel_h) / p->stride_h + 1;
    p->out_w = (p->in_w + p->pad_left + between(c, 0, p->kernel_w - 1) - p->kernel_w) / p->stride_w + 1;
}

static void finish(bench_case_t *c, mite_conv_t *p, mite_scratch_t (*ask)(const mite_conv_2d_t *)) {
    // The core is asked for scratch sizes with the op's record.
    mite_conv_2d_t record = {
        .batches = (uint16_t)p->batches, .in_h = (uint16_t)p->in_h, .in_w = (uint16_t)p->in_w, .in_c = (uint16_t)p->in_c,
        .out_h = (uint16_t)p->out_h, .out_w = (uint16_t)p->out_w, .out_c = (uint16_t)p->out_c,
        .kernel_h = (uint8_t)p->kernel_h, .kernel_w = (uint8_t)p->kernel_w, .stride_h = (uint8_t)p->stride_h, .stride_w = (uint8_t)p->stride_w,
        .dilation_h = (uint8_t)p->dilation_h, .dilation_w = (uint8_t)p->dilation_w, .pad_top = (uint16_t)p->pad_top,
        .pad_left = (uint16_t)p->pad_left, .groups = (uint16_t)p->groups, .input_zero_point = (int16_t)p->input_zero_point,
    };
    mite_scratch_t wanted = ask(&record);
    p->scratch_bytes = (int32_t)(one_in(c, 2) ? wanted.least : wanted.most);
    p->scratch = take(c, (uint32_t)p->scratch_bytes, 4 * draw(c, 4));
    c->scratch = p->scratch;
    c->scratch_bytes = (uint32_t)p->scratch_bytes;
    c->output_bytes = (uint32_t)(p->batches * p->out_h * p->out_w * p->out_c);
    c->input_bytes = (uint32_t)(p->batches * p->in_h * p->in_w * p->in_c);
    say(c, "batches", p->batches);
    say(c, "in_h", p->in_h);
    say(c, "in_w", p->in_w);
    say(c, "in_c", p->in_c);
    say(c, "out_h", p->out_h);
    say(c, "out_w", p->out_w);
    say(c, "out_c", p->out_c);
    say(c, "kernel_h", p->kernel_h);
    say(c, "kernel_w", p->kernel_w);
    say(c, "stride_h", p->stride_h);
    say(c, "stride_w", p->stride_w);
    say(c, "dilation_h", p->dilation_h);
    say(c, "dilation_w", p->dilation_w);
    say(c, "pad_top", p->pad_top);
    say(c, "pad_left", p->pad_left);
    say(c, "input_zero_point", p->input_zero_point);
    say(c, "groups_or_multiplier", p->groups);
    say(c, "scratch_bytes", p->scratch_bytes);
}

enum { PARTS_MOST = 12 };

// Do a channel's products, in so many equal parts, fit the fields of conv_rows.h? The host says so (host_tools/mite_tools/ops/fields.py).
static int parts_fit(const mite_conv_t *p, int32_t parts) {
    mite_rows_plan_t plan = mite_rows_plan(p->kernel_h, p->kernel_w, p->stride_w, p->in_c);
    int32_t chains = plan.chains * p->kernel_h * p->in_c, pairs = (plan.singles * p->kernel_h * p->in_c + 1) / 2;
    if (!plan.row3 || chains % parts || pairs % parts) {
        return 0;
    }
    for (int32_t o = 0; o < p->out_c; o++) {
        const int8_t *w = p->filter + o * ((p->kernel_h * p->kernel_w * p->in_c + 3) & ~3);
        int32_t all[PARTS_MOST] = {0}, high[PARTS_MOST] = {0}, chain = 0, single = 0;
        for (int32_t y = 0; y < p->kernel_h; y++, w += p->kernel_w * p->in_c) {
            for (int32_t class = 0; class < p->stride_w && class < p->kernel_w; class++) {
                int32_t taps = (p->kernel_w - class + p->stride_w - 1) / p->stride_w, some;
                for (int32_t tap = class; taps; taps -= some, tap += some * p->stride_w) {
                    some = (taps > 2 ? 4 : 2) - taps % 2;
                    for (int32_t i = 0; i < p->in_c; i++) {
                        int32_t part = taps > 2 ? chain++ / (chains / parts) : single++ / (2 * pairs / parts);
                        for (int32_t k = 0; k < some; k++) {
                            int32_t size = w[(tap + k * p->stride_w) * p->in_c + i];
                            size = size < 0 ? -size : size;
                            all[part] += size;
                            high[part] += (some - k) % 2 ? 0 : size;
                        }
                    }
                }
            }
        }
        for (int32_t part = 0; part < parts; part++) {
            if (all[part] > ((1 << 21) - 1) / 128 || high[part] > ((1 << 19) - 1) / 128) {
                return 0;
            }
        }
    }
    return 1;
}

// As few as can be, or more.
static int32_t proven_parts(bench_case_t *c, const mite_conv_t *p) {
    int32_t parts = 0;
    for (int32_t some = 1; some <= PARTS_MOST && p->groups == 1 && (!parts || one_in(c, 4)); some++) {
        parts = parts_fit(p, some) ? some : parts;
    }
    say(c, "parts", parts);
    return parts;
}

void bench_case_conv_2d_s8(bench_case_t *c) {
    mite_conv_t *p = &c->parameters.conv;
    geometry(c, p);
    p->groups = one_in(c, 4) ? between(c, 2, 3) : 1;
    p->in_c = awkward(c, p->kernel_h * p->kernel_w > 9 || p->in_w > 25 ? 9 : 33) * p->groups;
    if (p->kernel_h * p->kernel_w == 1 && one_in(c, 2)) {
        // As between depthwise layers.
        p->pad_top = p->pad_left = 0;
        p->out_h = (p->in_h - 1) / p->stride_h + 1;
        p->out_w = (p->in_w - 1) / p->stride_w + 1;
        p->groups = 1;
        p->in_c = 4 * between(c, 1, 36);
    }
    p->out_c = awkward(c, 33) * p->groups;
    p->multiplier = p->groups;
    uint32_t channels = (uint32_t)(p->in_c / p->groups), taps = (uint32_t)(p->kernel_h * p->kernel_w) * channels;
    p->input = numbers(c, (uint32_t)(p->batches * p->in_h * p->in_w * p->in_c), draw(c, 4));
    p->filter = weights(c, (uint32_t)p->out_c, taps, 1);
    requant(c, &p->requant, (uint32_t)p->out_c, (int32_t)taps);
    p->parts = proven_parts(c, p);
    finish(c, p, mite_scratch_conv_2d);
    if (p->groups == 1) {
        c->input = &p->input;
        c->distance = pixel_distance(p, 1);
    }
}

static mite_scratch_t scratch_winograd(const mite_conv_2d_t *record) {
    return mite_scratch_conv_2d_winograd((const void *)record); // the records are alike
}

// The 16 numbers of U of random weights 3x3, each `step` numbers behind the one before.
static void winograd_weights(bench_case_t *c, int16_t *u, uint32_t step) {
    static const int8_t g[4][3] = {{2, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 2}};
    int8_t w[9];
    for (uint32_t i = 0; i < 9; i++) {
        w[i] = (int8_t)(one_in(c, 8) ? INT8_MIN : between(c, -128, 127));
    }
    for (uint32_t y = 0; y < 4; y++) {
        for (uint32_t x = 0; x < 4; x++, u += step) {
            *u = 0;
            for (uint32_t i = 0; i < 9; i++) {
                *u = (int16_t)(*u + g[y][i / 3] * g[x][i % 3] * w[i]);
            }
        }
    }
}

void bench_case_conv_2d_winograd_s8(bench_case_t *c) {
    mite_conv_t *p = &c->parameters.conv;
    p->kernel_h = p->kernel_w = 3;
    p->batches = p->stride_h = p->stride_w = p->dilation_h = p->dilation_w = p->groups = p->multiplier = 1;
    p->pad_top = between(c, 0, 2);
    p->pad_left = between(c, 0, 2);
    p->out_h = between(c, 1, 9);
    p->out_w = between(c, 1, 19);
    p->in_h = mite_quant_max(p->out_h + 2 - p->pad_top - between(c, 0, 2), 1);
    p->in_w = mite_quant_max(p->out_w + 2 - p->pad_left - between(c, 0, 2), 1);
    p->in_c = 4 * between(c, 1, 9);
    p->out_c = 2 * between(c, 1, 6);
    p->input_zero_point = one_in(c, 3) ? INT8_MIN : between(c, -128, 127);
    p->input = numbers(c, (uint32_t)(p->batches * p->in_h * p->in_w * p->in_c), draw(c, 4));
    uint32_t pairs = (uint32_t)(p->in_c * p->out_c) / 2;
    int16_t *filter = take(c, 16 * 2 * sizeof(int16_t) * pairs, 4 * draw(c, 4));
    for (uint32_t i = 0; i < pairs; i++) {
        uint32_t of_outputs = (uint32_t)p->in_c, o = i / of_outputs, k = i % of_outputs; // a pair of outputs, an input
        for (uint32_t second = 0; second < 2; second++) {
            winograd_weights(c, filter + 32 * of_outputs * o + k / 2 * 4 + 2 * second + k % 2, 2 * of_outputs);
        }
    }
    p->filter = (const int8_t *)filter;
    do {
        requant(c, &p->requant, (uint32_t)p->out_c, 9 * p->in_c);
    } while (!p->requant.packed || !p->requant.scale_step);
    finish(c, p, scratch_winograd);
}

static mite_scratch_t scratch_depthwise(const mite_conv_2d_t *record) {
    return mite_scratch_depthwise_conv_2d((const void *)record); // the records are alike
}

void bench_case_depthwise_conv_2d_s8(bench_case_t *c) {
    mite_conv_t *p = &c->parameters.conv;
    geometry(c, p);
    p->multiplier = one_in(c, 3) ? awkward(c, 8) : 1;
    p->in_c = one_in(c, 4) ? 1 : awkward(c, 33);
    p->out_c = p->in_c * p->multiplier;
    p->groups = p->multiplier;
    p->input = numbers(c, (uint32_t)(p->batches * p->in_h * p->in_w * p->in_c), draw(c, 4));
    p->filter = weights(c, (uint32_t)(p->kernel_h * p->kernel_w), (uint32_t)p->out_c, 0);
    requant(c, &p->requant, (uint32_t)p->out_c, p->kernel_h * p->kernel_w);
    finish(c, p, scratch_depthwise);
    if (rows_follow(p)) {
        c->input = &p->input;
    }
}

void bench_case_fully_connected_s8(bench_case_t *c) {
    mite_dense_t *p = &c->parameters.dense;
    p->batches = one_in(c, 3) ? awkward(c, 5) : 1;
    p->depth = awkward(c, 65);
    p->outputs = awkward(c, 65);
    if (one_in(c, 8)) {
        // So many taps that kernels have to take their sums apart in between.
        p->depth = between(c, 250, 1100);
        p->outputs = awkward(c, 9);
    }
    p->input = numbers(c, (uint32_t)(p->batches * p->depth), draw(c, 4));
    p->filter = numbers(c, (uint32_t)(p->outputs * mite_dense_row(p)), 4 * draw(c, 4)); // what fills up a row may be anything
    requant(c, &p->requant, (uint32_t)p->outputs, p->depth);
    c->output_bytes = (uint32_t)(p->batches * p->outputs);
    say(c, "batches", p->batches);
    say(c, "depth", p->depth);
    say(c, "outputs", p->outputs);
}

static void pool(bench_case_t *c) {
    mite_pool_t *p = &c->parameters.pool;
    int32_t dilation = 1;
    p->batches = one_in(c, 4) ? 2 : 1;
    p->channels = awkward(c, 65);
    p->kernel_h = between(c, 1, 6);
    p->kernel_w = between(c, 1, 6);
    do {
        one_dimension(c, 0, p->kernel_h, &p->in_h, &p->out_h, &p->stride_h, &dilation, &p->pad_top);
    } while (dilation > 1 || (p->out_h - 1) * p->stride_h >= p->in_h + p->pad_top);
    do {
        one_dimension(c, 0, p->kernel_w, &p->in_w, &p->out_w, &p->stride_w, &dilation, &p->pad_left);
    } while (dilation > 1 || (p->out_w - 1) * p->stride_w >= p->in_w + p->pad_left);
    if (one_in(c, 8)) {
        // The whole picture at once, as last layers have it.
        p->kernel_h = p->in_h = between(c, 5, 25);
        p->kernel_w = p->in_w = between(c, 2, 14);
        p->out_h = p->out_w = p->stride_h = p->stride_w = 1;
        p->pad_top = p->pad_left = 0;
    }
    p->min = one_in(c, 2) ? INT8_MIN : between(c, -128, 0);
    p->max = one_in(c, 2) ? INT8_MAX : between(c, p->min, 127);
    p->input = numbers(c, (uint32_t)(p->batches * p->in_h * p->in_w * p->channels), draw(c, 4));
    c->output_bytes = (uint32_t)(p->batches * p->out_h * p->out_w * p->channels);
    const mite_conv_t same = {
        .batches = p->batches, .in_h = p->in_h, .in_w = p->in_w, .in_c = p->channels, .out_h = p->out_h, .out_w = p->out_w,
        .out_c = p->channels, .kernel_h = p->kernel_h, .kernel_w = p->kernel_w, .stride_h = p->stride_h, .stride_w = p->stride_w,
        .dilation_h = 1, .dilation_w = 1, .pad_top = p->pad_top, .pad_left = p->pad_left,
    };
    c->input = &p->input;
    c->input_bytes = (uint32_t)(p->batches * p->in_h * p->in_w * p->channels);
    c->distance = pixel_distance(&same, 0);
    say(c, "batches", p->batches);
    say(c, "in_h", p->in_h);
    say(c, "in_w", p->in_w);
    say(c, "channels", p->channels);
    say(c, "out_h", p->out_h);
    say(c, "out_w", p->out_w);
    say(c, "kernel_h", p->kernel_h);
    say(c, "kernel_w", p->kernel_w);
    say(c, "stride_h", p->stride_h);
    say(c, "stride_w", p->stride_w);
    say(c, "pad_top", p->pad_top);
    say(c, "pad_left", p->pad_left);
    say(c, "min", p->min);
    say(c, "max", p->max);
}

static void summand(bench_case_t *c, mite_summand_t *s, int32_t count) {
    s->step = one_in(c, 4) ? 0 : 1;
    s->at = numbers(c, (uint32_t)(s->step ? count : 1), draw(c, 4));
    s->factor = between(c, -(1 << 22), 1 << 22);
    say(c, "step", s->step);
    say(c, "factor", s->factor);
}

void bench_case_add_s8(bench_case_t *c) {
    mite_add_run_t *p = &c->parameters.add;
    p->count = awkward(c, 65);
    summand(c, &p->a, p->count);
    summand(c, &p->b, p->count);
    p->base = between(c, -(1 << 30), 1 << 30);
    p->shift = one_in(c, 16) ? between(c, 0, 31) : between(c, 18, 23);
    p->min = one_in(c, 2) ? INT8_MIN : between(c, -128, 127);
    p->max = one_in(c, 2) ? INT8_MAX : between(c, p->min, 127);
    c->output_bytes = (uint32_t)p->count;
    say(c, "count", p->count);
    say(c, "base", p->base);
    say(c, "shift", p->shift);
    say(c, "min", p->min);
    say(c, "max", p->max);
}

void bench_case_average_pool_2d_s8(bench_case_t *c) {
    pool(c);
}

void bench_case_max_pool_2d_s8(bench_case_t *c) {
    pool(c);
}
