// Depthwise convolution with VMLADAVA. The rows under the kernel are turned into a plane for each of up to eight channels, in which the
// bytes of one column lie side by side: a window of 3x3 (in columns of 4) is then one vector, at any column, and with its weights
// needs one multiplication. The rows of a plane are a ring: weights are turned to match, not rows moved.
//
// A row is read before any output of it is written, one group of channels after another: the output may lie exactly over the input.
//
// Where there is one input channel, the window of each pixel is gathered once and meets every output channel's weights.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

enum { LANES = 8, VECTOR = 16, WINDOW = 256 };

// A picture seen by rows or, where that makes longer rows, by columns.
typedef struct {
    const mite_conv_t *p;
    int32_t in_rows, in_columns, out_rows, out_columns, rows, columns; // of pictures and kernel
    int32_t stride_rows, stride_columns, pad_rows, pad_columns;
    int32_t in_row, in_column, out_row, out_column, kernel_row, kernel_column; // bytes from one to the next
    int32_t ring;         // bytes of a plane's column: a power of two
    int32_t width;        // columns of a plane
    int32_t plane;        // bytes of a plane
    int32_t weight_bytes; // of a channel: whole vectors
    int8_t *planes;       // then the weights
} view_t;

static void finish_view(view_t *v) {
    v->ring = 1;
    while (v->ring < v->rows) {
        v->ring *= 2;
    }
    v->width = (v->out_columns - 1) * v->stride_columns + v->columns;
    v->plane = (v->ring * v->width + 3) & ~3;
    v->weight_bytes = (v->ring * v->columns + VECTOR - 1) & -VECTOR;
}

static int32_t fitting(const view_t *v, int32_t bytes) {
    return bytes / (v->plane + v->weight_bytes);
}

static void by_rows(view_t *v, const mite_conv_t *p) {
    *v = (view_t) {
        .p = p, .in_rows = p->in_h, .in_columns = p->in_w, .out_rows = p->out_h, .out_columns = p->out_w,
        .rows = p->kernel_h, .columns = p->kernel_w, .stride_rows = p->stride_h, .stride_columns = p->stride_w,
        .pad_rows = p->pad_top, .pad_columns = p->pad_left, .in_row = p->in_w * p->in_c, .in_column = p->in_c,
        .out_row = p->out_w * p->out_c, .out_column = p->out_c, .kernel_row = p->kernel_w * p->out_c, .kernel_column = p->out_c,
    };
    finish_view(v);
}

static void by_columns(view_t *v, const mite_conv_t *p) {
    *v = (view_t) {
        .p = p, .in_rows = p->in_w, .in_columns = p->in_h, .out_rows = p->out_w, .out_columns = p->out_h,
        .rows = p->kernel_w, .columns = p->kernel_h, .stride_rows = p->stride_w, .stride_columns = p->stride_h,
        .pad_rows = p->pad_left, .pad_columns = p->pad_top, .in_row = p->in_c, .in_column = p->in_w * p->in_c,
        .out_row = p->out_c, .out_column = p->out_w * p->out_c, .kernel_row = p->out_c, .kernel_column = p->kernel_w * p->out_c,
    };
    finish_view(v);
}

// `count` times as many bytes as there are lanes, from one place in memory to one in each plane. at: a lane's place in bytes behind `to`.
static inline __attribute__((always_inline)) void scatter(const int8_t *from, int32_t step, int8_t *to, int32_t to_step, int32_t count,
                                                          int32_t plane, int32_t lanes) {
    uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
    if (lanes == LANES) {
        __asm volatile("wls lr, %[n], 2f\n"
                       "1:\n"
                       "vldrb.s16 q0, [%[from]]\n"
                       "add %[from], %[step]\n"
                       "vstrb.16 q0, [%[to], %q[at]]\n"
                       "add %[to], %[to_step]\n"
                       "le lr, 1b\n"
                       "2:\n"
                       : [from] "+l"(from), [to] "+r"(to)
                       : [n] "r"(count), [step] "r"(step), [to_step] "r"(to_step), [at] "w"(at)
                       : "lr", "q0", "memory");
        return;
    }
    mve_pred16_t some = vctp16q((uint32_t)lanes);
    for (; count; count--, from += step, to += to_step) {
        vstrbq_scatter_offset_p_s16(to, at, vldrbq_z_s16(from, some), some);
    }
}

// Row `y` of the picture into the planes' slot for it; channels from c on. Columns outside of the picture keep the zero point.
static void load_row(const view_t *v, const int8_t *picture, int32_t row, int8_t *planes, int32_t lanes) {
    int32_t y = row - v->pad_rows;
    int8_t *to = planes + (row & (v->ring - 1));
    if (y < 0 || y >= v->in_rows) {
        int8_t zero[LANES];
        vstrbq_s16(zero, vdupq_n_s16((int16_t)v->p->input_zero_point));
        scatter(zero, 0, to, v->ring, v->width, v->plane, lanes);
        return;
    }
    scatter(picture + y * v->in_row, v->in_column, to + v->pad_columns * v->ring, v->ring,
            mite_quant_max(mite_quant_min(v->in_columns, v->width - v->pad_columns), 0), v->plane, lanes);
}

// What four channels' row of outputs needs.
typedef struct {
    const int8_t *planes, *weights;
    int32_t plane[4], weight[4]; // where each channel's lie behind them
    int32_t weight_bytes;        // of a channel
    int32_t ring, first;         // bytes of a plane's column; the oldest row
    int8_t *out;
    int32_t out_step, count; // bytes from pixel to pixel; pixels
    int32_t step;            // bytes in a plane from a window to the next
    uint8x16_t turn;         // where each lane of the weights comes from
    mve_channels_t channels;
    const mite_requant_t *requant;
    mve_pred16_t lanes;
} row_t;

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
    "vmov %q[sums][3], %q[sums][1], %[l], %[n]\n"
#define OPERANDS \
    [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [k] "=&Te"(k), [l] "=&Te"(l), [m] "=&Te"(m), [n] "=&Te"(n), [sums] "=&w"(sums) \
    : [wa] "w"(wa), [wb] "w"(wb), [wc] "w"(wc), [wd] "w"(wd) \
    : "memory"

// Windows of one vector. step: of the windows where it is known, else 0.
static inline __attribute__((always_inline)) void windows(const row_t *r, const int known_step, const int whole, const mve_clamp_t clamp) {
    const int8_t *a = r->planes + r->plane[0], *b = r->planes + r->plane[1], *c = r->planes + r->plane[2], *d = r->planes + r->plane[3];
    int8x16_t wa = vldrbq_gather_offset_s8(r->weights + r->weight[0], r->turn);
    int8x16_t wb = vldrbq_gather_offset_s8(r->weights + r->weight[1], r->turn);
    int8x16_t wc = vldrbq_gather_offset_s8(r->weights + r->weight[2], r->turn);
    int8x16_t wd = vldrbq_gather_offset_s8(r->weights + r->weight[3], r->turn);
    mve_channels_t channels = r->channels;
    int8_t *out = r->out;
#pragma GCC unroll 1
    for (int32_t i = r->count; i; i--, out += r->out_step) {
        int32_t k, l, m, n;
        int32x4_t sums;
        if (known_step == 1) {
            __asm volatile(WINDOWS("1") : OPERANDS);
        } else if (known_step == 4) {
            __asm volatile(WINDOWS("4") : OPERANDS);
        } else if (known_step == 8) {
            __asm volatile(WINDOWS("8") : OPERANDS);
        } else {
            __asm volatile(WINDOWS("0") : OPERANDS);
            a += r->step;
            b += r->step;
            c += r->step;
            d += r->step;
        }
        sums = mve_requant(sums, &channels, r->requant, clamp);
        if (whole) {
            vstrbq_s32(out, sums);
        } else {
            vstrbq_p_s32(out, sums, r->lanes);
        }
    }
}

// Windows of several vectors.
static inline __attribute__((always_inline)) void large_windows(const row_t *r, const mve_clamp_t clamp) {
    int8_t *out = r->out;
    const int8_t *x = r->planes;
    for (int32_t i = r->count; i; i--, out += r->out_step, x += r->step) {
        int32_t sums[4] = {0, 0, 0, 0};
        uint8x16_t turn = r->turn;
        for (int32_t at = 0; at < r->weight_bytes; at += VECTOR) {
            const int8_t *w = r->weights + at;
            if (r->ring > VECTOR) {
                w = r->weights + (at & -r->ring);
                turn = vandq_u8(vidupq_n_u8((uint32_t)(at - r->first) & 0xff, 1), vdupq_n_u8((uint8_t)(r->ring - 1)));
            }
            for (int k = 0; k < 4; k++) {
                sums[k] = vmladavaq_s8(sums[k], vldrbq_s8(x + r->plane[k] + at), vldrbq_gather_offset_s8(w + r->weight[k], turn));
            }
        }
        int32x4_t values = mve_requant(mve_quad(sums[0], sums[1], sums[2], sums[3]), &r->channels, r->requant, clamp);
        vstrbq_p_s32(out, values, r->lanes);
    }
}

static void outputs(const row_t *r, int32_t lanes, mve_clamp_t clamp) {
    int32_t vectors = r->weight_bytes / VECTOR;
    if (vectors > 1 || lanes < 4 || clamp == MVE_CLAMP) {
        if (vectors == 1) {
            windows(r, 0, 0, MVE_CLAMP);
        } else {
            large_windows(r, MVE_CLAMP);
        }
    } else if (clamp == MVE_POSITIVE) {
        if (r->step == 4) {
            windows(r, 4, 1, MVE_POSITIVE);
        } else if (r->step == 8) {
            windows(r, 8, 1, MVE_POSITIVE);
        } else if (r->step == 1) {
            windows(r, 1, 1, MVE_POSITIVE);
        } else {
            windows(r, 0, 1, MVE_POSITIVE);
        }
    } else {
        windows(r, 0, 1, MVE_WHOLE);
    }
}

// All of the picture for the channels c .. c + lanes - 1.
static void channels(const view_t *v, int32_t c, int32_t lanes, mve_clamp_t clamp) {
    const mite_conv_t *p = v->p;
    int8_t *planes = v->planes, *weights = planes + lanes * v->plane;
    mve_fill(weights, 0, lanes * v->weight_bytes);
    for (int32_t row = 0; row < v->rows; row++) {
        scatter(p->filter + row * v->kernel_row + c, v->kernel_column, weights + row, v->ring, v->columns, v->weight_bytes, lanes);
    }
    row_t r = {.out_step = v->out_column, .count = v->out_columns, .step = v->stride_columns * v->ring,
               .weight_bytes = v->weight_bytes, .ring = v->ring, .requant = &p->requant};
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c + c;
        int8_t *out = p->output + b * p->out_h * p->out_w * p->out_c + c;
        mve_fill(planes, p->input_zero_point, lanes * v->plane);
        int32_t next = v->pad_rows; // the next row to load: those above the picture are there
        for (int32_t i = 0; i < v->out_rows; i++, out += v->out_row) {
            int32_t first = i * v->stride_rows;
            for (next = mite_quant_max(next, first); next < first + v->rows; next++) {
                load_row(v, picture, next, planes, lanes);
            }
            // Lane l's weight is that of the kernel row which its ring slot holds now.
            uint8x16_t lane = vidupq_n_u8(0, 1), slots = vdupq_n_u8((uint8_t)(v->ring - 1));
            r.first = first;
            r.turn = vorrq_u8(vbicq_u8(lane, slots), vandq_u8(vsubq_n_u8(lane, (uint8_t)first), slots));
            for (int32_t k = 0; k < lanes; k += 4) {
                int32_t some = mite_quant_min(lanes - k, 4);
                r.planes = planes + k * v->plane;
                r.weights = weights + k * v->weight_bytes;
                for (int i = 0; i < 4; i++) {
                    int32_t lane = mite_quant_min(i, some - 1);
                    r.plane[i] = lane * v->plane;
                    r.weight[i] = lane * v->weight_bytes;
                }
                r.out = out + k;
                r.lanes = vctp32q((uint32_t)some);
                r.channels = mve_packed_some(p->requant.packed + 2 * (c + k), some);
                outputs(&r, some, clamp);
            }
        }
    }
}

// One input channel. taps: bytes of the gathered window, whole vectors; kernels as [taps][out_c].
static inline __attribute__((always_inline)) void one_input(const mite_conv_t *p, const int8_t *window, int32_t vectors, int8_t *out,
                                                            const mve_clamp_t clamp) {
    uint16x8_t low = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)p->out_c);
    (void)low, (void)window, (void)vectors, (void)out, (void)clamp;
}

void mite_depthwise_conv_2d_s8__mve(const mite_conv_t *p) {
    view_t v, turned;
    if (!p->requant.packed || !p->requant.scale_step || p->multiplier != 1 || p->dilation_h != 1 || p->dilation_w != 1 || p->stride_w > 2) {
        mite_depthwise_conv_2d_s8__generic(p);
        return;
    }
    by_rows(&v, p);
    int8_t little[2 * VECTOR]; // enough for one channel wherever scratch memory is not
    int32_t lanes = mite_quant_min(fitting(&v, p->scratch_bytes), LANES);
    if (p->out_h > p->out_w) {
        by_columns(&turned, p);
        int32_t fit = fitting(&turned, p->scratch_bytes);
        if (fit >= LANES || (fit >= 4 && lanes < LANES)) {
            v = turned;
            lanes = mite_quant_min(fit, LANES);
        }
    }
    lanes = lanes == LANES || lanes < 4 ? lanes : 4;
    v.planes = p->scratch;
    if (!lanes) {
        v.planes = little;
        lanes = 1;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    for (int32_t c = 0; c < p->out_c; c += lanes) {
        channels(&v, c, mite_quant_min(p->out_c - c, lanes), clamp);
    }
}

#endif
