// Depthwise convolution with VMLADAVA. The rows under the kernel are turned into a plane for each of up to eight channels, in which the
// bytes of one column lie side by side: a window of 3x3 is then nine neighbours at any column, and with its weights needs one
// multiplication. The rows of a plane are a ring: each row of outputs takes the weights in another order, and nothing is moved.
//
// A row is read before any output of it is written, one group of channels after another: the output may lie exactly over the input.

#include <stddef.h>

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "depthwise_mve_large.h"
#include "depthwise_mve_patches.h"

enum { LANES = 8, VECTOR = 16, TAPS = 64, TURNS = 16 }; // taps: of the largest kernel that has a fast way

// What a vector's four lanes need for a row of outputs: four channels of one pixel, two channels of two neighbours, or four neighbours of
// one channel. The order is that of the code in `WINDOWS`.
typedef struct {
    const int8_t *plane[4];
    const int8_t *weights[4]; // as [kernel_w][kernel_h], whole vectors
    mve_channels_t channels;
    int32x4_t min, max;
    uint32x4_t outputs; // each lane's place in bytes behind the first one's
    int32_t zero_point;
    int32_t out_step; // bytes from a vector's outputs to the next one's
    int32_t count;    // of vectors
    int32_t step;     // bytes in a plane from a vector's windows to the next one's
} quad_t;

typedef char quad_layout[offsetof(quad_t, channels) == 32 && offsetof(quad_t, min) == 80 && offsetof(quad_t, outputs) == 112
                                 && offsetof(quad_t, zero_point) == 128 && offsetof(quad_t, count) == 136 ? 1 : -1];

typedef struct {
    const mite_conv_t *p;
    int32_t columns;      // of a plane
    int32_t inside;       // of them, in the picture
    int32_t plane;        // bytes of a plane
    int32_t weight_bytes; // of a channel: whole vectors
    int32_t lanes;        // that `quad` is prepared for
    int32_t quads, quad_step; // how many; bytes from one's outputs to the next one's
    uint8_t slot[TAPS];   // the row of each tap of a window
    // Which weight each tap of a window meets: where one vector is all, for each slot of the oldest row, else for the row at hand.
    uint8_t turn[TURNS * VECTOR];
    quad_t quad[2];
    large_row_t large; // in place of the quads, where a window is several vectors
    large_channel_t channels[LANES];
} group_t;

// Bytes of `lanes` channels into their planes: those of `count` pixels, `step` apart.
static __attribute__((noinline)) void scatter(const int8_t *from, int32_t step, int8_t *to, int32_t to_step, int32_t count, int32_t plane,
                                              int32_t lanes) {
    if (lanes == LANES) {
        mve_scatter_pixels(from, step, to, to_step, count, plane);
        return;
    }
    for (; lanes; lanes--, from++, to += plane) {
        mve_scatter_channel(from, step, to, to_step, count);
    }
}

// Row y of the picture into its slot of the planes. Columns outside of the picture keep the zero point.
static inline __attribute__((always_inline)) void load_row(const group_t *g, const int8_t *picture, int32_t y, int8_t *to, int32_t lanes) {
    const mite_conv_t *p = g->p;
    if (y < 0 || y >= p->in_h) {
        int8_t zero[LANES];
        vstrbq_s16(zero, vdupq_n_s16((int16_t)p->input_zero_point));
        scatter(zero, 0, to, p->kernel_h, g->columns, g->plane, lanes);
        return;
    }
    const int8_t *from = picture + y * p->in_w * p->in_c;
    to += p->pad_left * p->kernel_h;
    if (lanes == LANES) {
        mve_scatter_pixels(from, p->in_c, to, p->kernel_h, g->inside, g->plane);
    } else {
        scatter(from, p->in_c, to, p->kernel_h, g->inside, g->plane, lanes);
    }
}

// Which weights the taps of a window meet whose oldest row is in the given slot.
static void turn_weights(const group_t *g, int32_t slot, uint8_t *turn) {
    int32_t rows = g->p->kernel_h, taps = rows * g->p->kernel_w;
    for (int32_t at = 0; at < g->weight_bytes; at += VECTOR) {
        uint8x16_t own = vldrbq_u8(g->slot + at);
        int8x16_t turned = vreinterpretq_s8_u8(vsubq_n_u8(own, (uint8_t)slot));
        turned = vaddq_m_n_s8(turned, turned, (int8_t)rows, vcmpltq_n_s8(turned, 0));
        // What lies behind the window meets the zeros behind the weights.
        uint8x16_t tap = vidupq_n_u8((uint32_t)at, 1);
        tap = vaddq_m_u8(tap, vsubq_u8(tap, own), vreinterpretq_u8_s8(turned), vctp8q((uint32_t)(taps - at)));
        vstrbq_u8(turn + at, tap);
    }
}

#define ADVANCE \
    "add r1, r10\n" \
    "add r3, r10\n" \
    "add r5, r10\n" \
    "add r7, r10\n"
// What is missing here is in mve_requant(). q5 holds the biases, and has to be loaded again where it serves for something else.
#define ROUND_AWAY \
    "vand q5, q7, q6\n" \
    "vshr.s32 q5, q5, #31\n" \
    "vadd.i32 q7, q7, q5\n"
#define CLAMP_WHOLE \
    "vqmovnb.s32 q7, q7\n" \
    "vqmovnb.s16 q7, q7\n"
#define CLAMP_BOUNDS \
    "vldrw.32 q5, [r0, #80]\n" \
    "vmax.s32 q7, q7, q5\n" \
    "vldrw.32 q5, [r0, #96]\n" \
    "vmin.s32 q7, q7, q5\n"
#define BIASES "vldrw.32 q5, [r0, #48]\n"
#define STORE "vstrb.32 q7, [r2]\n"
#define STORE_APART \
    "vldrw.32 q5, [r0, #112]\n" \
    "vstrb.32 q7, [r2, q5]\n" BIASES
// r0: the quad; r2: the outputs (a register that stores can use); r12: the turn. Planes are in r1, r3, r5 and r7, sums in even registers.
#define WINDOWS(round, clamp, store) \
    "ldm r0, {r1, r3, r5, r7}\n" \
    "vldrb.8 q6, [r12]\n" \
    "ldrd r4, r6, [r0, #16]\n" \
    "ldrd r8, r12, [r0, #24]\n" \
    "vldrb.u8 q0, [r4, q6]\n" \
    "vldrb.u8 q1, [r6, q6]\n" \
    "vldrb.u8 q2, [r8, q6]\n" \
    "vldrb.u8 q3, [r12, q6]\n" \
    "vldrw.32 q4, [r0, #32]\n" BIASES \
    "vldrw.32 q6, [r0, #64]\n" \
    "ldrd r11, r9, [r0, #128]\n" \
    "ldrd lr, r10, [r0, #136]\n" \
    "dls lr, lr\n" \
    "1:\n" \
    "vldrb.8 q7, [r1]\n" \
    "vmladav.s8 r4, q7, q0\n" \
    "vldrb.8 q7, [r3]\n" \
    "vmladav.s8 r6, q7, q1\n" \
    "vldrb.8 q7, [r5]\n" \
    "vmladav.s8 r8, q7, q2\n" \
    "vldrb.8 q7, [r7]\n" \
    "vmladav.s8 r12, q7, q3\n" ADVANCE \
    "vmov q7[2], q7[0], r4, r8\n" \
    "vmov q7[3], q7[1], r6, r12\n" \
    "vadd.i32 q7, q7, q5\n" \
    "vqrdmulh.s32 q7, q7, q4\n" round \
    "vrshl.s32 q7, q7, q6\n" \
    "vadd.i32 q7, q7, r11\n" clamp store \
    "adds r2, r9\n" \
    "le lr, 1b\n" \
    : "+r"(r0), "+r"(r2), "+r"(r12) \
    : \
    : "r1", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

// Windows of one vector: a row of outputs of each quad.
static __attribute__((noinline)) void windows(const quad_t *q, int32_t quads, const uint8_t *turn, int8_t *out, int32_t out_step, int positive,
                                              int apart) {
    for (; quads; quads--, q++, out += out_step) {
        register const quad_t *r0 __asm("r0") = q;
        register int8_t *r2 __asm("r2") = out;
        register const uint8_t *r12 __asm("r12") = turn;
        if (apart) {
            __asm volatile(WINDOWS(ROUND_AWAY, CLAMP_BOUNDS, STORE_APART));
        } else if (positive) {
            __asm volatile(WINDOWS("", CLAMP_WHOLE, STORE));
        } else {
            __asm volatile(WINDOWS(ROUND_AWAY, CLAMP_BOUNDS BIASES, STORE));
        }
    }
}

// A quad for `lanes` (1, 2, 4) channels, and as many neighbours of each as make four; `pixels` of them are there.
static void prepare(const group_t *g, quad_t *q, const int8_t *planes, const int8_t *weights, int32_t lanes, int32_t pixels) {
    const mite_conv_t *p = g->p;
    int32_t step = p->stride_w * p->kernel_h, at[4];
    for (int32_t i = 0; i < 4; i++) {
        // Lanes too many do again what the last pixel's do.
        int32_t lane = i & (lanes - 1), pixel = mite_quant_min(i / lanes, pixels - 1);
        at[i] = pixel * p->out_c + lane;
        q->plane[i] = planes + lane * g->plane + pixel * step;
        q->weights[i] = weights + lane * g->weight_bytes;
    }
    q->outputs = vreinterpretq_u32_s32(vldrwq_s32(at));
    q->min = vdupq_n_s32(p->requant.min);
    q->max = vdupq_n_s32(p->requant.max);
    q->zero_point = p->requant.zero_point;
    q->out_step = pixels * p->out_c;
    q->count = p->out_w / pixels;
    q->step = pixels * step;
}

// The quads of groups of `lanes` channels: 1, 2, 4 or 8.
static void prepare_group(group_t *g, int32_t lanes) {
    const mite_conv_t *p = g->p;
    const int8_t *planes = p->scratch, *weights = planes + lanes * g->plane;
    g->lanes = lanes;
    g->quads = 0;
    if (lanes >= 4) {
        g->quad_step = 4;
        for (; 4 * g->quads < lanes; g->quads++) {
            prepare(g, &g->quad[g->quads], planes + 4 * g->quads * g->plane, weights + 4 * g->quads * g->weight_bytes, 4, 1);
        }
        return;
    }
    // Whole vectors of neighbours, and the rest of a row.
    int32_t pixels = 4 / lanes, whole = p->out_w / pixels * pixels;
    g->quad_step = whole * p->out_c;
    if (whole) {
        prepare(g, &g->quad[g->quads++], planes, weights, lanes, pixels);
    }
    if (whole < p->out_w) {
        prepare(g, &g->quad[g->quads], planes + whole * p->stride_w * p->kernel_h, weights, lanes, p->out_w - whole);
        g->quad[g->quads++].count = 1;
    }
}

// All of the picture for the channels from c on that the group is prepared for.
static void channels(group_t *g, int32_t c) {
    const mite_conv_t *p = g->p;
    int32_t rows = p->kernel_h, lanes = g->lanes, step = g->quad_step;
    int8_t *planes = p->scratch, *weights = planes + lanes * g->plane;
    const int32_t *packed = p->requant.packed + 2 * c;
    mve_fill(weights, 0, lanes * g->weight_bytes);
    for (int32_t row = 0; row < rows; row++) {
        scatter(p->filter + row * p->kernel_w * p->out_c + c, p->out_c, weights + row, rows, p->kernel_w, g->weight_bytes, lanes);
    }
    if (g->weight_bytes > VECTOR) {
        large_channels(g->channels, packed, lanes);
    } else if (lanes >= 4) {
        g->quad[0].channels = mve_packed(packed);
        if (lanes > 4) {
            g->quad[1].channels = mve_packed(packed + 8);
        }
    } else {
        // Channels 0, 1, 0, 1, or 0 alone.
        mve_channels_t both = mve_packed_at(packed, vandq_u32(vidupq_n_u32(0, 2), vdupq_n_u32(2 * (uint32_t)lanes - 1)));
        g->quad[0].channels = both;
        g->quad[1].channels = both;
    }
    int positive = mve_clamp(&p->requant) == MVE_POSITIVE;
    const int8_t *picture = p->input + c;
    int8_t *out = p->output + c;
    for (int32_t b = 0; b < p->batches; b++, picture += p->in_h * p->in_w * p->in_c) {
        mve_fill(planes, p->input_zero_point, lanes * g->plane);
        int32_t next = 0, slot = 0; // the next row to load, counted from the first one of padding, and where
        for (int32_t oy = 0; oy < p->out_h; oy++, out += p->out_w * p->out_c) {
            int32_t first = oy * p->stride_h;
            if (next < first) { // a stride larger than the kernel
                next = first;
                slot = 0;
            }
            for (; next < first + rows; next++) {
                // Rows above the picture are there from the beginning.
                if (next >= p->pad_top) {
                    load_row(g, picture, next - p->pad_top, planes + slot, lanes);
                }
                slot = slot + 1 == rows ? 0 : slot + 1;
            }
            // Now the slot that comes next is the oldest: kernel row 0.
            if (g->weight_bytes == VECTOR) {
                windows(g->quad, g->quads, g->turn + slot * VECTOR, out, step, positive, lanes < 4);
                continue;
            }
            turn_weights(g, slot, g->turn);
            g->large.plane = planes;
            g->large.out = out;
            g->large.weights = weights;
            g->large.channels = g->channels;
            g->large.lanes = lanes;
            large_outputs(&g->large, positive);
        }
    }
}

// One pixel of outputs: four channels at a time, tap by tap. Every channel is read before it is written.
static void one_pixel(const mite_conv_t *p, const int8_t *input, int8_t *out) {
    for (int32_t c = 0; c < p->out_c; c += 4) {
        mve_pred16_t some = vctp32q((uint32_t)(p->out_c - c));
        int32x4_t sums = vdupq_n_s32(0);
        const int8_t *w = p->filter + c;
        if (p->out_c - c >= 4 && !p->pad_top && !p->pad_left && p->kernel_h <= p->in_h && p->kernel_w <= p->in_w) {
            const int8_t *line = input + c;
            for (int32_t y = p->kernel_h; y; y--, line += p->in_w * p->in_c) {
                const int8_t *at = line;
                __asm volatile("dls lr, %[n]\n"
                               "1:\n"
                               "vldrb.s32 q0, [%[w]]\n"
                               "vldrb.s32 q1, [%[at]]\n"
                               "vmul.i32 q0, q0, q1\n"
                               "add %[w], %[step]\n"
                               "add %[at], %[step]\n"
                               "vadd.i32 %q[sums], %q[sums], q0\n"
                               "le lr, 1b\n"
                               : [w] "+l"(w), [at] "+l"(at), [sums] "+w"(sums)
                               : [n] "r"(p->kernel_w), [step] "r"(p->in_c)
                               : "lr", "q0", "q1", "memory");
            }
            mve_channels_t channels = mve_packed(p->requant.packed + 2 * c);
            vstrbq_s32(out + c, mve_requant(sums, &channels, &p->requant, MVE_CLAMP));
            continue;
        }
        for (int32_t y = -p->pad_top; y < p->kernel_h - p->pad_top; y++) {
            const int8_t *at = input + (y * p->in_w - p->pad_left) * p->in_c + c;
            int inside = y >= 0 && y < p->in_h;
            for (int32_t x = -p->pad_left; x < p->kernel_w - p->pad_left; x++, at += p->in_c, w += p->out_c) {
                int32x4_t weights = vldrbq_z_s32(w, some);
                if (inside && x >= 0 && x < p->in_w) {
                    sums = vaddq_s32(sums, vmulq_s32(weights, vldrbq_z_s32(at, some)));
                } else {
                    sums = vaddq_s32(sums, vmulq_n_s32(weights, p->input_zero_point));
                }
            }
        }
        mve_channels_t channels = mve_packed_some(p->requant.packed + 2 * c, mite_quant_min(p->out_c - c, 4));
        vstrbq_p_s32(out + c, mve_requant(sums, &channels, &p->requant, MVE_CLAMP), some);
    }
}

void mite_depthwise_conv_2d_s8__mve(const mite_conv_t *p) {
    if (p->out_h * p->out_w == 1 && p->requant.packed && p->requant.scale_step && p->multiplier == 1 && p->dilation_h * p->dilation_w == 1) {
        for (int32_t b = 0; b < p->batches; b++) {
            one_pixel(p, p->input + b * p->in_h * p->in_w * p->in_c, p->output + b * p->out_c);
        }
        return;
    }
    if (p->requant.packed && p->requant.scale_step && p->multiplier == 1 && p->dilation_h * p->dilation_w == 1 && mve_patches(p)) {
        return;
    }
    int32_t taps = p->kernel_h * p->kernel_w;
    group_t g = {.p = p, .columns = (p->out_w - 1) * p->stride_w + p->kernel_w, .weight_bytes = (taps + VECTOR - 1) & -VECTOR};
    int is_large = taps > VECTOR;
    // The last four windows of a row may begin behind the last column. What lies behind the last plane is the weights.
    int32_t beyond = is_large ? mite_quant_max(3 * p->stride_w - p->kernel_w, 0) : 0;
    g.plane = ((g.columns + beyond) * p->kernel_h + 3) & ~3;
    g.inside = mite_quant_max(mite_quant_min(p->in_w, g.columns - p->pad_left), 0);
    int32_t fitting = p->scratch_bytes / (g.plane + g.weight_bytes), lanes = LANES;
    if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || taps > TAPS
        || !fitting || g.plane >= 8192 || p->in_c >= 8192) { // offsets of eight lanes have 16 bits
        mite_depthwise_conv_2d_s8__generic(p);
        return;
    }
    if (is_large) {
        large_prepare(&g.large, p, g.plane, g.weight_bytes, g.turn);
    }
    for (int32_t i = 0, slot = 0; i < g.weight_bytes; i++) {
        g.slot[i] = (uint8_t)slot;
        slot = slot + 1 == p->kernel_h ? 0 : slot + 1;
    }
    for (int32_t slot = 0; g.weight_bytes == VECTOR && slot < p->kernel_h; slot++) {
        turn_weights(&g, slot, g.turn + slot * VECTOR);
    }
    for (int32_t c = 0; c < p->out_c; c += lanes) {
        while (lanes > fitting || lanes > p->out_c - c) {
            lanes /= 2;
        }
        if (is_large) {
            g.lanes = lanes;
        } else if (lanes != g.lanes) {
            prepare_group(&g, lanes);
        }
        channels(&g, c);
    }
}

#endif
