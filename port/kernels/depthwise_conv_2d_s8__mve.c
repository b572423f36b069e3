// Depthwise convolution with VMLADAVA. The rows under the kernel are turned into a plane for each of up to eight channels, in which the
// bytes of one column lie side by side: a window of 3x3 is then nine neighbours at any column, and with its weights needs one
// multiplication. The rows of a plane are a ring: each row of outputs takes the weights in another order, and nothing is moved.
//
// A row is read before any output of it is written, one group of channels after another: the output may lie exactly over the input.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

enum { LANES = 8, VECTOR = 16, TAPS = 64 }; // taps: of the largest kernel that has a fast way

// What four channels' row of outputs needs.
typedef struct {
    const int8_t *plane[4];   // where there are fewer than four channels, the last one's repeatedly
    const int8_t *weights[4]; // as [kernel_w][kernel_h], whole vectors
    mve_channels_t channels;
    mve_pred16_t lanes;
} quad_t;

typedef struct {
    const mite_conv_t *p;
    int32_t columns;      // of a plane
    int32_t plane;        // bytes of a plane
    int32_t weight_bytes; // of a channel: whole vectors
    int32_t step;         // bytes in a plane from a window to the next
    uint8_t slot[TAPS];   // the row of each tap of a window
    uint8_t turn[TAPS];   // which weight each of them meets now
    quad_t quad[LANES / 4];
} group_t;

// `count` times as many bytes as there are lanes, one into each plane: from `from` on, to `to` on.
static inline __attribute__((always_inline)) void scatter(const int8_t *from, int32_t step, int8_t *to, int32_t to_step, int32_t count,
                                                          int32_t plane, int32_t lanes) {
#define COLUMNS(load, store) \
    "wls lr, %[n], 2f\n" \
    "1:\n" \
    load " q0, [%[from]]\n" \
    "add %[from], %[step]\n" \
    store " q0, [%[to], %q[at]]\n" \
    "add %[to], %[to_step]\n" \
    "le lr, 1b\n" \
    "2:\n" \
    : [from] "+l"(from), [to] "+r"(to) \
    : [n] "r"(count), [step] "r"(step), [to_step] "r"(to_step), [at] "w"(at) \
    : "lr", "q0", "memory"
    if (lanes == 8) {
        uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
        __asm volatile(COLUMNS("vldrb.s16", "vstrb.16"));
        return;
    }
    uint32x4_t at = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)plane);
    if (lanes == 4) {
        __asm volatile(COLUMNS("vldrb.s32", "vstrb.32"));
        return;
    }
#undef COLUMNS
    for (mve_pred16_t some = vctp32q((uint32_t)lanes); count; count--, from += step, to += to_step) {
        vstrbq_scatter_offset_p_s32(to, at, vldrbq_z_s32(from, some), some);
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
    int32_t inside = mite_quant_max(mite_quant_min(p->in_w, g->columns - p->pad_left), 0);
    scatter(picture + y * p->in_w * p->in_c, p->in_c, to + p->pad_left * p->kernel_h, p->kernel_h, inside, g->plane, lanes);
}

#define WINDOWS(step) \
    "vldrb.8 %q[sums], [%[a]], #" step "\n" \
    "vmladav.s8 %[k], %q[sums], %q[wa]\n" \
    "vldrb.8 %q[sums], [%[b]], #" step "\n" \
    "vmladav.s8 %[l], %q[sums], %q[wb]\n" \
    "vldrb.8 %q[sums], [%[c]], #" step "\n" \
    "vmladav.s8 %[m], %q[sums], %q[wc]\n" \
    "vldrb.8 %q[sums], [%[d]], #" step "\n" \
    "vmladav.s8 %[n], %q[sums], %q[wd]\n" \
    "vmov %q[sums][2], %q[sums][0], %[k], %[m]\n" \
    "vmov %q[sums][3], %q[sums][1], %[l], %[n]\n" \
    : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [k] "=&Te"(k), [l] "=&Te"(l), [m] "=&Te"(m), [n] "=&Te"(n), [sums] "=&w"(sums) \
    : [wa] "w"(wa), [wb] "w"(wb), [wc] "w"(wc), [wd] "w"(wd) \
    : "memory"

// Windows of one vector. known_step: from a window to the next, or 0 if any. whole: there are four channels.
static inline __attribute__((always_inline)) void windows(const group_t *g, const quad_t *q, int8_t *out, const int known_step,
                                                          const int whole, const mve_clamp_t clamp) {
    const mite_conv_t *p = g->p;
    const int8_t *a = q->plane[0], *b = q->plane[1], *c = q->plane[2], *d = q->plane[3];
    uint8x16_t turn = vldrbq_u8(g->turn);
    int8x16_t wa = vldrbq_gather_offset_s8(q->weights[0], turn), wb = vldrbq_gather_offset_s8(q->weights[1], turn);
    int8x16_t wc = vldrbq_gather_offset_s8(q->weights[2], turn), wd = vldrbq_gather_offset_s8(q->weights[3], turn);
    mve_channels_t channels = q->channels;
    mve_pred16_t lanes = q->lanes;
    int32_t step = g->step;
#pragma GCC unroll 1
    for (int32_t i = p->out_w; i; i--, out += p->out_c) {
        int32_t k, l, m, n;
        int32x4_t sums;
        if (known_step == 1) {
            __asm volatile(WINDOWS("1"));
        } else if (known_step == 3) {
            __asm volatile(WINDOWS("3"));
        } else if (known_step == 6) {
            __asm volatile(WINDOWS("6"));
        } else {
            __asm volatile(WINDOWS("0"));
            a += step;
            b += step;
            c += step;
            d += step;
        }
        sums = mve_requant(sums, &channels, &p->requant, clamp);
        if (whole) {
            vstrbq_s32(out, sums);
        } else {
            vstrbq_p_s32(out, sums, lanes);
        }
    }
}

// Windows of several vectors.
static inline __attribute__((always_inline)) void large_windows(const group_t *g, const quad_t *q, int8_t *out, const mve_clamp_t clamp) {
    const mite_conv_t *p = g->p;
    for (int32_t i = 0; i < p->out_w; i++, out += p->out_c) {
        int32_t k = 0, l = 0, m = 0, n = 0, x = i * g->step;
        const int8_t *a = q->plane[0] + x, *b = q->plane[1] + x, *c = q->plane[2] + x, *d = q->plane[3] + x;
        for (int32_t at = 0; at < g->weight_bytes; at += VECTOR) {
            uint8x16_t turn = vldrbq_u8(g->turn + at);
            k = vmladavaq_s8(k, vldrbq_s8(a + at), vldrbq_gather_offset_s8(q->weights[0], turn));
            l = vmladavaq_s8(l, vldrbq_s8(b + at), vldrbq_gather_offset_s8(q->weights[1], turn));
            m = vmladavaq_s8(m, vldrbq_s8(c + at), vldrbq_gather_offset_s8(q->weights[2], turn));
            n = vmladavaq_s8(n, vldrbq_s8(d + at), vldrbq_gather_offset_s8(q->weights[3], turn));
        }
        vstrbq_p_s32(out, mve_requant(mve_quad(k, l, m, n), &q->channels, &p->requant, clamp), q->lanes);
    }
}

static inline __attribute__((always_inline)) void outputs(const group_t *g, const quad_t *q, int8_t *out, int whole, mve_clamp_t clamp) {
    if (g->weight_bytes > VECTOR) {
        if (clamp == MVE_POSITIVE) {
            large_windows(g, q, out, MVE_POSITIVE);
        } else if (clamp == MVE_WHOLE) {
            large_windows(g, q, out, MVE_WHOLE);
        } else {
            large_windows(g, q, out, MVE_CLAMP);
        }
    } else if (clamp == MVE_CLAMP) {
        windows(g, q, out, 0, 0, MVE_CLAMP);
    } else if (clamp == MVE_WHOLE) {
        windows(g, q, out, 0, 0, MVE_WHOLE);
    } else if (!whole) {
        windows(g, q, out, 0, 0, MVE_POSITIVE);
    } else if (g->step == 3) {
        windows(g, q, out, 3, 1, MVE_POSITIVE);
    } else if (g->step == 6) {
        windows(g, q, out, 6, 1, MVE_POSITIVE);
    } else if (g->step == 1) {
        windows(g, q, out, 1, 1, MVE_POSITIVE);
    } else {
        windows(g, q, out, 0, 1, MVE_POSITIVE);
    }
}

// All of the picture for the channels c .. c + lanes - 1.
static inline __attribute__((always_inline)) void channels(group_t *g, int32_t c, int32_t lanes, mve_clamp_t clamp) {
    const mite_conv_t *p = g->p;
    int8_t *planes = p->scratch, *weights = planes + lanes * g->plane;
    int32_t rows = p->kernel_h;
    mve_fill(weights, 0, lanes * g->weight_bytes);
    for (int32_t row = 0; row < rows; row++) {
        scatter(p->filter + row * p->kernel_w * p->out_c + c, p->out_c, weights + row, rows, p->kernel_w, g->weight_bytes, lanes);
    }
    for (int32_t k = 0; k < lanes; k += 4) {
        quad_t *q = &g->quad[k / 4];
        int32_t some = mite_quant_min(lanes - k, 4);
        for (int i = 0; i < 4; i++) {
            int32_t lane = k + mite_quant_min(i, some - 1);
            q->plane[i] = planes + lane * g->plane;
            q->weights[i] = weights + lane * g->weight_bytes;
        }
        q->lanes = vctp32q((uint32_t)some);
        q->channels = mve_packed_some(p->requant.packed + 2 * (c + k), some);
    }
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
            for (int32_t at = 0; at < g->weight_bytes; at += VECTOR) {
                uint8x16_t own = vldrbq_u8(g->slot + at);
                int8x16_t turned = vreinterpretq_s8_u8(vsubq_n_u8(own, (uint8_t)slot));
                turned = vaddq_m_n_s8(turned, turned, (int8_t)rows, vcmpltq_n_s8(turned, 0));
                // What lies behind the window meets the zeros behind the weights.
                uint8x16_t tap = vidupq_n_u8((uint32_t)at, 1);
                tap = vaddq_m_u8(tap, vsubq_u8(tap, own), vreinterpretq_u8_s8(turned), vctp8q((uint32_t)(p->kernel_w * rows - at)));
                vstrbq_u8(g->turn + at, tap);
            }
            for (int32_t k = 0; k < lanes; k += 4) {
                outputs(g, &g->quad[k / 4], out + k, lanes - k >= 4, clamp);
            }
        }
    }
}

void mite_depthwise_conv_2d_s8__mve(const mite_conv_t *p) {
    int32_t taps = p->kernel_h * p->kernel_w;
    group_t g = {.p = p, .columns = (p->out_w - 1) * p->stride_w + p->kernel_w, .step = p->stride_w * p->kernel_h,
                 .weight_bytes = (taps + VECTOR - 1) & -VECTOR};
    g.plane = (g.columns * p->kernel_h + 3) & ~3;
    int32_t lanes = mite_quant_min(p->scratch_bytes / (g.plane + g.weight_bytes), LANES);
    lanes = lanes == 8 || lanes < 4 ? lanes : 4;
    // Planes that vectors of 16-bit offsets reach.
    lanes = g.plane < 8192 ? lanes : mite_quant_min(lanes, 4);
    if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || taps > TAPS
        || !lanes) {
        mite_depthwise_conv_2d_s8__generic(p);
        return;
    }
    for (int32_t i = 0, slot = 0; i < g.weight_bytes; i++) {
        g.slot[i] = (uint8_t)slot;
        slot = slot + 1 == p->kernel_h ? 0 : slot + 1;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    for (int32_t c = 0; c < p->out_c; c += lanes) {
        int32_t left = p->out_c - c;
        lanes = left >= lanes ? lanes : mite_quant_min(left, 4);
        channels(&g, c, lanes, clamp);
    }
}

#endif
