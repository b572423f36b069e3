// Depthwise convolution with Helium, where a vector of 16 bytes holds the windows of several outputs: kernels of 3x3 with stride 1 or 2,
// and of one row. The rows under two rows of windows are turned into a plane for each of up to eight channels, in which the four bytes of
// a column lie side by side. With stride 1 four columns are a patch of 2x2 outputs: one load serves four multiplications, whose weights
// stay in registers. The rows of a plane are a ring of two pairs; for every other pair there are weights in the other order.
//
// Rows are read before any output of them is written, one group of channels after another: the output may lie exactly over the input.
#ifndef MITE_DEPTHWISE_MVE_PATCHES_H
#define MITE_DEPTHWISE_MVE_PATCHES_H

#include <stddef.h>

#include "mve.h"

enum { PATCH_LANES = 8, PATCH_ROW_TAPS = 13 };

// Of a channel; the order of fields is that of the code in `PATCHES`.
typedef struct {
    int8_t weights[36]; // 3x3: those of the upper row of outputs from 4 on, of the lower from 20 on, column by column; of one row: from 8 on
    int32_t bias, multiplier;
    int32_t shift; // to the left
    int32_t away;  // 1 where halves have to be taken away from zero
} patch_channel_t;

typedef struct {
    const int8_t *plane;
    int8_t *out;
    int32_t plane_bytes;
    int32_t steps;           // two units (loads of the four sums that make a vector) each, without the last
    uint32_t mask, last_mask; // lanes that are outputs: of all steps, and of the last; where it has but one unit, not the second
    const patch_channel_t *end;
    int32_t back; // bytes from the last step's outputs to the next channel's first
    int32_t zero_point;
    int32_t step;         // bytes from a step's outputs to the next one's
    uint16_t outputs[8];  // each lane's place in bytes behind the first one's
    int16_t min[8], max[8];
} patch_row_t;

typedef char patch_layout[offsetof(patch_channel_t, bias) == 36 && sizeof(patch_channel_t) == 52 && offsetof(patch_row_t, end) == 24
                                  && offsetof(patch_row_t, outputs) == 40 && offsetof(patch_row_t, max) == 72 ? 1 : -1];

// Four sums, in r0, r2, r4 and r6.
#define FOUR_OF(step) \
    "vldrb.8 q4, [r1], #" step "\n" \
    "vmladav.s8 r0, q4, q0\n" \
    "vmladav.s8 r2, q4, q1\n" \
    "vmladav.s8 r4, q4, q2\n" \
    "vmladav.s8 r6, q4, q3\n"
#define SQUARE FOUR_OF("8") // the upper and the lower output of a column, and of the next one
#define ROW FOUR_OF("4")
#define APART \
    "vldrb.8 q4, [r1], #8\n" \
    "vmladav.s8 r0, q4, q0\n" \
    "vldrb.8 q4, [r1], #8\n" \
    "vmladav.s8 r2, q4, q0\n" \
    "vldrb.8 q4, [r1], #8\n" \
    "vmladav.s8 r4, q4, q0\n" \
    "vldrb.8 q4, [r1], #8\n" \
    "vmladav.s8 r6, q4, q0\n"
#define SQUARE_WEIGHTS \
    "vldrb.8 q0, [r12, #4]\n" \
    "vldrb.8 q1, [r12, #20]\n" \
    "vldrb.8 q2, [r12]\n" \
    "vldrb.8 q3, [r12, #16]\n"
#define ROW_WEIGHTS \
    "vldrb.8 q0, [r12, #8]\n" \
    "vldrb.8 q1, [r12, #7]\n" \
    "vldrb.8 q2, [r12, #6]\n" \
    "vldrb.8 q3, [r12, #5]\n"
#define APART_WEIGHTS "vldrb.8 q0, [r12, #4]\n"
#define QUAD(q) \
    "vmov " q "[2], " q "[0], r0, r4\n" \
    "vmov " q "[3], " q "[1], r2, r6\n"
// q5 (and q6) become outputs. What is missing here is in mve_requant().
#define HIGH(q) \
    "vadd.i32 " q ", " q ", r7\n" \
    "vqrdmulh.s32 " q ", " q ", r5\n"
#define AWAY(q) \
    "vshr.s32 q4, " q ", #31\n" \
    "vmla.s32 " q ", q4, r0\n"
#define AWAY_ONE "ldr r0, [r12, #48]\n" AWAY("q5")
#define AWAY_TWO AWAY_ONE AWAY("q6")
#define BOUNDS \
    "vldrh.16 q4, [r11, #56]\n" \
    "vldrh.16 q6, [r11, #72]\n" \
    "vmax.s16 q5, q5, q4\n" \
    "vmin.s16 q5, q5, q6\n"
#define STORE(bounds) \
    "vqadd.s16 q5, q5, r9\n" bounds \
    "vqmovnb.s16 q5, q5\n" \
    "vpst\n" \
    "vstrbt.16 q5, [r3, q7]\n"
#define TWO_UNITS(unit, away, bounds) \
    unit QUAD("q5") unit QUAD("q6") HIGH("q5") HIGH("q6") away \
    "vrshl.s32 q5, r8\n" \
    "vrshl.s32 q6, r8\n" \
    "vqmovnb.s32 q5, q5\n" \
    "vqmovnt.s32 q5, q6\n" STORE(bounds)
#define ONE_UNIT(unit, away, bounds) \
    unit QUAD("q5") HIGH("q5") away \
    "vrshl.s32 q5, r8\n" \
    "vqmovnb.s32 q5, q5\n" STORE(bounds)
// r11: the patch_row_t; r12: its channels.
#define PATCHES(unit, weights, gap, away_one, away_two, bounds) \
    "ldrd r9, r10, [r11, #32]\n" \
    "vldrh.16 q7, [r11, #40]\n" \
    "ldrd r1, r3, [r11]\n" \
    "1:\n" \
    "ldrd r2, r4, [r11, #12]\n" weights \
    "ldrd r7, r5, [r12, #36]\n" \
    "ldr r8, [r12, #44]\n" \
    "vmsr p0, r4\n" \
    "wls lr, r2, 3f\n" \
    "2:\n" TWO_UNITS(unit, away_two, bounds) \
    "add r3, r10\n" \
    "le lr, 2b\n" \
    "3:\n" \
    "ldr r0, [r11, #20]\n" \
    "vmsr p0, r0\n" \
    "lsls r2, r0, #29\n" \
    "bmi 4f\n" ONE_UNIT(unit, away_one, bounds) \
    "b 5f\n" \
    "4:\n" TWO_UNITS(unit, away_two, bounds) \
    "5:\n" \
    "adds r1, #" gap "\n" \
    "adds r12, #52\n" \
    "ldrd r0, r2, [r11, #24]\n" \
    "subs r3, r2\n" \
    "cmp r12, r0\n" \
    "bne.w 1b\n" \
    : "+r"(r11), "+r"(r12), "=Up"(predicate) \
    : \
    : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"
#define POSITIVE(unit, weights, gap) PATCHES(unit, weights, gap, "", "", "")
#define ANY(unit, weights, gap) PATCHES(unit, weights, gap, AWAY_ONE, AWAY_TWO, BOUNDS)

typedef enum { PATCH_SQUARE, PATCH_APART, PATCH_ROW } patch_kind_t;

// A row of outputs (two rows: PATCH_SQUARE) of each channel.
static __attribute__((noinline)) void patch_outputs(patch_row_t *row, const patch_channel_t *channels, patch_kind_t kind, int positive) {
    register patch_row_t *r11 __asm("r11") = row;
    register const patch_channel_t *r12 __asm("r12") = channels;
    mve_pred16_t predicate;
    if (positive) {
        if (kind == PATCH_SQUARE) {
            __asm volatile(POSITIVE(SQUARE, SQUARE_WEIGHTS, "8"));
        } else if (kind == PATCH_APART) {
            __asm volatile(POSITIVE(APART, APART_WEIGHTS, "8"));
        } else {
            __asm volatile(POSITIVE(ROW, ROW_WEIGHTS, "12"));
        }
    } else if (kind == PATCH_SQUARE) {
        __asm volatile(ANY(SQUARE, SQUARE_WEIGHTS, "8"));
    } else if (kind == PATCH_APART) {
        __asm volatile(ANY(APART, APART_WEIGHTS, "8"));
    } else {
        __asm volatile(ANY(ROW, ROW_WEIGHTS, "12"));
    }
    (void)predicate; // written, but of no use outside
}

#undef FOUR_OF
#undef SQUARE
#undef ROW
#undef APART
#undef SQUARE_WEIGHTS
#undef ROW_WEIGHTS
#undef APART_WEIGHTS
#undef QUAD
#undef HIGH
#undef AWAY
#undef AWAY_ONE
#undef AWAY_TWO
#undef BOUNDS
#undef STORE
#undef TWO_UNITS
#undef ONE_UNIT
#undef PATCHES
#undef POSITIVE
#undef ANY

// The rows of a picture, or the zero point where there is none.
typedef struct {
    const int8_t *at;
    int32_t step; // bytes from a pixel to the next one
} patch_line_t;

// Two rows into the planes of eight (four) channels, two bytes of a column together.
static inline __attribute__((always_inline)) void patch_scatter_eight(patch_line_t a, patch_line_t b, int8_t *to, int32_t count, int32_t plane) {
    uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
    __asm volatile("wls lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u16 q0, [%[a]]\n"
                   "vldrb.u16 q1, [%[b]]\n"
                   "add %[a], %[a_step]\n"
                   "vsli.16 q0, q1, #8\n"
                   "add %[b], %[b_step]\n"
                   "vstrh.16 q0, [%[to], %q[at]]\n"
                   "add %[to], #4\n"
                   "le lr, 1b\n"
                   "2:\n"
                   : [a] "+l"(a.at), [b] "+l"(b.at), [to] "+r"(to)
                   : [n] "r"(count), [a_step] "r"(a.step), [b_step] "r"(b.step), [at] "w"(at)
                   : "lr", "q0", "q1", "memory");
}

static inline __attribute__((always_inline)) void patch_scatter_four(patch_line_t a, patch_line_t b, int8_t *to, int32_t count, int32_t plane) {
    uint32x4_t at = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)plane);
    __asm volatile("wls lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u32 q0, [%[a]]\n"
                   "vldrb.u32 q1, [%[b]]\n"
                   "add %[a], %[a_step]\n"
                   "vsli.16 q0, q1, #8\n"
                   "add %[b], %[b_step]\n"
                   "vstrh.32 q0, [%[to], %q[at]]\n"
                   "add %[to], #4\n"
                   "le lr, 1b\n"
                   "2:\n"
                   : [a] "+l"(a.at), [b] "+l"(b.at), [to] "+r"(to)
                   : [n] "r"(count), [a_step] "r"(a.step), [b_step] "r"(b.step), [at] "w"(at)
                   : "lr", "q0", "q1", "memory");
}

// One channel, eight pixels at a time.
static inline __attribute__((always_inline)) void patch_scatter_one(patch_line_t a, patch_line_t b, int8_t *to, int32_t count) {
    uint16x8_t lane = vidupq_n_u16(0, 1);
    uint16x8_t at = vmulq_n_u16(lane, (uint16_t)a.step), b_at = vmulq_n_u16(lane, (uint16_t)b.step), to_at = vmulq_n_u16(lane, 4);
    __asm volatile("wlstp.16 lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u16 q0, [%[a], %q[at]]\n"
                   "vldrb.u16 q1, [%[b], %q[b_at]]\n"
                   "add %[a], %[a_step]\n"
                   "vsli.16 q0, q1, #8\n"
                   "add %[b], %[b_step]\n"
                   "vstrh.16 q0, [%[to], %q[to_at]]\n"
                   "add %[to], #32\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [a] "+r"(a.at), [b] "+r"(b.at), [to] "+r"(to)
                   : [n] "r"(count), [a_step] "r"(8 * a.step), [b_step] "r"(8 * b.step), [at] "w"(at), [b_at] "w"(b_at), [to_at] "w"(to_at)
                   : "lr", "q0", "q1", "memory");
}

typedef struct {
    const mite_conv_t *p;
    patch_kind_t kind;
    int32_t inside; // columns of a plane that are in the picture
    int32_t lanes;
    int8_t zero[PATCH_LANES];
    patch_row_t row;
    uint32_t masks[2][2]; // for both rows of outputs, for the upper one: of all steps, of the last
    int8_t *planes;
    patch_channel_t channels[2][PATCH_LANES]; // for both orders of a plane's rows; of one row there is but one
} patch_group_t;

static inline patch_line_t patch_line(const patch_group_t *g, const int8_t *picture, int32_t y) {
    patch_line_t line = {g->zero, 0};
    if (y >= 0 && y < g->p->in_h) {
        line.at = picture + y * g->p->in_w * g->p->in_c;
        line.step = g->p->in_c;
    }
    return line;
}

// Rows y and y + 1 of the picture into the planes. to: the first channel's.
static __attribute__((noinline)) void patch_load(const patch_group_t *g, const int8_t *picture, int32_t y, int8_t *to) {
    patch_line_t a = patch_line(g, picture, y), b = patch_line(g, picture, y + 1);
    int32_t plane = g->row.plane_bytes;
    to += 4 * g->p->pad_left;
    if (g->lanes == 8) {
        patch_scatter_eight(a, b, to, g->inside, plane);
    } else if (g->lanes == 4) {
        patch_scatter_four(a, b, to, g->inside, plane);
    } else {
        for (int32_t i = 0; i < g->lanes; i++, a.at++, b.at++, to += plane) {
            patch_scatter_one(a, b, to, g->inside);
        }
    }
}

// Row y into planes of one row.
static void patch_load_row(const patch_group_t *g, const int8_t *picture, int32_t y, int8_t *to) {
    patch_line_t line = patch_line(g, picture, y);
    to += g->p->pad_left;
    if (g->lanes == 8) {
        mve_scatter_pixels(line.at, line.step, to, 1, g->inside, g->row.plane_bytes);
        return;
    }
    for (int32_t i = 0; i < g->lanes; i++, line.at++, to += g->row.plane_bytes) {
        mve_scatter_channel(line.at, line.step, to, 1, g->inside);
    }
}

// The weights and scales of channels c and those after it.
static void patch_weights(patch_group_t *g, int32_t c) {
    const mite_conv_t *p = g->p;
    const int8_t *filter = p->filter + c;
    mve_pred16_t some = vctp16q((uint32_t)g->lanes);
    uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), sizeof(patch_channel_t));
    uint8_t *to = (uint8_t *)g->channels[0][0].weights, *turned = (uint8_t *)g->channels[1][0].weights;
    if (g->kind == PATCH_ROW) {
        for (int32_t k = 0; k < p->kernel_w; k++, filter += p->out_c) {
            vstrbq_scatter_offset_p_u16(to + 8 + k, at, vldrbq_z_u16((const uint8_t *)filter, some), some);
        }
    } else {
        for (int32_t ky = 0; ky < 3; ky++) {
            for (int32_t kx = 0; kx < 3; kx++, filter += p->out_c) {
                uint16x8_t weights = vldrbq_z_u16((const uint8_t *)filter, some);
                vstrbq_scatter_offset_p_u16(to + 4 + 4 * kx + ky, at, weights, some);
                vstrbq_scatter_offset_p_u16(to + 20 + 4 * kx + ky + 1, at, weights, some);
                vstrbq_scatter_offset_p_u16(turned + 4 + 4 * kx + (ky + 2) % 4, at, weights, some);
                vstrbq_scatter_offset_p_u16(turned + 20 + 4 * kx + (ky + 3) % 4, at, weights, some);
            }
        }
    }
    uint32x4_t word = vidupq_n_u32(0, 2), place = vmulq_n_u32(vidupq_n_u32(0, 1), sizeof(patch_channel_t));
    int32_t *first = &g->channels[0][0].bias, *second = &g->channels[1][0].bias;
    for (int32_t i = 0; i < g->lanes; i += 4, word = vaddq_n_u32(word, 8), place = vaddq_n_u32(place, 4 * sizeof(patch_channel_t))) {
        mve_pred16_t there = vctp32q((uint32_t)(g->lanes - i));
        mve_channels_t four = mve_packed_at(p->requant.packed + 2 * c, vminq_u32(word, vdupq_n_u32(2 * (uint32_t)g->lanes - 2)));
        int32x4_t away = vnegq_s32(vshrq_n_s32(four.shift, 31));
        for (int32_t k = g->kind == PATCH_ROW; k < 2; k++, first = second) {
            vstrwq_scatter_offset_p_s32(first, place, four.bias, there);
            vstrwq_scatter_offset_p_s32(first + 1, place, four.multiplier, there);
            vstrwq_scatter_offset_p_s32(first + 2, place, four.shift, there);
            vstrwq_scatter_offset_p_s32(first + 3, place, away, there);
        }
        first = &g->channels[0][0].bias;
    }
}

// All of the picture for the channels from c on.
static void patch_channels(patch_group_t *g, int32_t c, int positive) {
    const mite_conv_t *p = g->p;
    patch_row_t *row = &g->row;
    int8_t *planes = g->planes;
    const int8_t *picture = p->input + c;
    int32_t rows = g->kind == PATCH_SQUARE ? 2 : 1;
    patch_weights(g, c);
    for (int32_t b = 0; b < p->batches; b++, picture += p->in_h * p->in_w * p->in_c) {
        int32_t y = -p->pad_top, turned = 0;
        mve_fill(planes, p->input_zero_point, g->lanes * row->plane_bytes);
        if (g->kind != PATCH_ROW) {
            patch_load(g, picture, y, planes);
            y += 2;
        }
        for (int32_t oy = 0; oy < p->out_h; oy += rows) {
            if (g->kind == PATCH_ROW) {
                patch_load_row(g, picture, y, planes);
                y += p->stride_h;
            } else {
                patch_load(g, picture, y, planes + (turned ? 0 : 2));
                y += 2;
            }
            const uint32_t *masks = g->masks[oy + rows > p->out_h];
            row->plane = planes;
            row->out = p->output + (b * p->out_h + oy) * p->out_w * p->out_c + c;
            row->mask = masks[0];
            row->last_mask = masks[1];
            row->end = g->channels[turned] + g->lanes;
            patch_outputs(row, g->channels[turned], g->kind, positive);
            turned ^= g->kind != PATCH_ROW;
        }
    }
}

// 1 if that could be done.
static int mve_patches(const mite_conv_t *p) {
    int32_t stride = p->stride_w;
    patch_kind_t kind;
    if (p->kernel_h == 3 && p->kernel_w == 3 && p->stride_h == stride && stride <= 2) {
        // Small pictures are quicker column by column.
        if (stride == 1 ? p->out_h * p->out_w < 32 : p->out_w < 16) {
            return 0;
        }
        kind = stride == 1 ? PATCH_SQUARE : PATCH_APART;
    } else if (p->kernel_h == 1 && p->kernel_w <= PATCH_ROW_TAPS && stride == 1) {
        kind = PATCH_ROW;
    } else {
        return 0;
    }
    // A unit is two columns of two rows, or four of one.
    int32_t unit = kind == PATCH_SQUARE ? 2 : 4, units = (p->out_w + unit - 1) / unit;
    int32_t columns = kind == PATCH_ROW ? 4 * units + 12 : unit * units * stride + 2, plane = kind == PATCH_ROW ? columns : 4 * columns;
    int32_t room = p->scratch_bytes, lanes = PATCH_LANES;
    patch_group_t g;
    g.planes = p->scratch;
    if (kind == PATCH_ROW && room < (int32_t)sizeof(g.channels[1])) {
        g.planes = (int8_t *)g.channels[1];
        room = sizeof(g.channels[1]);
    }
    int32_t fitting = room / plane;
    int64_t furthest = ((kind == PATCH_SQUARE) * (int64_t)p->out_w + 7) * p->out_c;
    if (!fitting || plane >= 8192 || p->in_c >= 8192 || furthest > UINT16_MAX) { // offsets have 16 bits
        return 0;
    }
    patch_row_t *row = &g.row;
    mve_fill((int8_t *)g.channels, 0, sizeof(g.channels));
    mve_fill(g.zero, p->input_zero_point, sizeof(g.zero));
    g.p = p;
    g.kind = kind;
    g.inside = mite_quant_max(mite_quant_min(p->in_w, columns - p->pad_left), 0);
    row->plane_bytes = plane;
    row->steps = (units - 1) / 2;
    row->zero_point = p->requant.zero_point;
    row->step = 2 * unit * p->out_c;
    row->back = row->steps * row->step - 1;
    vstrhq_s16(row->min, vdupq_n_s16((int16_t)p->requant.min));
    vstrhq_s16(row->max, vdupq_n_s16((int16_t)p->requant.max));
    for (int32_t i = 0; i < 2; i++) {
        g.masks[i][0] = g.masks[i][1] = 0;
    }
    int32_t last = p->out_w - row->steps * 2 * unit; // columns of the last step
    for (int32_t i = 0; i < 8; i++) {
        int32_t sum = i / 2, lower = kind == PATCH_SQUARE && sum % 2; // even lanes: the first unit's
        int32_t column = i % 2 * unit + (kind == PATCH_SQUARE ? sum / 2 : sum);
        row->outputs[i] = (uint16_t)((lower * p->out_w + column) * p->out_c);
        for (int32_t upper_only = 0; upper_only < 2; upper_only++) {
            uint32_t lanes_bits = upper_only && lower ? 0 : 3u << 2 * i;
            g.masks[upper_only][0] |= lanes_bits;
            g.masks[upper_only][1] |= column < last ? lanes_bits : 0;
        }
    }
    int positive = mve_clamp(&p->requant) == MVE_POSITIVE;
    for (int32_t c = 0; c < p->out_c; c += lanes) {
        while (lanes > fitting || lanes > p->out_c - c) {
            lanes /= 2;
        }
        g.lanes = lanes;
        patch_channels(&g, c, positive);
    }
    return 1;
}

#endif
