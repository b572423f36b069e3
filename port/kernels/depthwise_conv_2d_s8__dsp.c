// Depthwise convolution with SMLAD. One or two channels at a time become planes of int16, so that one word holds two neighbours of one
// channel; the rows of a plane lie side by side, so that one LDM fetches a column of them. Weights come in pairs, too, and doubled
// (see dsp_requant). Where scratch memory has room a plane is the whole picture; else the rows under some rows of outputs, and those
// that the next ones need, too, move up.
//
// A row is read before any output of it is written, in its channels: the output may lie exactly over the input.

#include "dsp.h"
#include "roster.h"

#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)

#include "depthwise_dsp_3x3.h"
#include "depthwise_dsp_any.h"
#include "depthwise_whole.h"

#if !defined(__OPTIMIZE_SIZE__)
#include "depthwise_dsp_stride2.h"
#endif

#if defined(__OPTIMIZE_SIZE__)
enum { LANES = 1, RELU = 0 };
#else
enum { LANES = MITE_DW_LANES, RELU = 1 }; // the most channels that are read together; is there code for what needs no rounding by sign?
#endif

// One direction of the picture.
typedef struct {
    uint16_t in, out, pad;
    uint8_t kernel, stride;
    int32_t in_step, out_step, tap_step; // bytes from one to the next
} axis_t;

#if !defined(__OPTIMIZE_SIZE__)
// What a row takes that is loaded for two channels, in this order.
typedef struct {
    int32_t step;   // bytes from a pixel to the next
    int32_t pitch;  // from a column of a plane to the next
    int32_t apart;  // from the first channel's plane to the second's
    int32_t zero;   // the zero point twice, as bytes
    int32_t next;   // from a row of the picture to the next
    int32_t inside; // as view_t has it
    int32_t edges;  // 1: head, 2: rest
} load_t;
#endif

typedef struct {
    const mite_conv_t *p;
    axis_t along, across; // a plane's rows, and from row to row: either way round
    int32_t words, rows;  // of a plane: columns of `rows` words
    int32_t band;         // rows of outputs that a plane has the input of
    uint16_t skip, inside; // a row's words left of the picture, and those inside
    uint8_t head, rest;   // is a word half inside before those, and behind them?
    uint8_t pairs, sets;  // words of a kernel row's weights; for outputs at whole words, and (stride 1) for those between
    uint8_t three, late;  // the kernel is 3x3, and of a kind that has its own code; planes begin with the second tap of a row's first output
    uint8_t relu, lanes;  // no rounding by sign; channels that are read together, if planes are whole
    int32_t zero;         // the input's zero point in both halves
    int32_t turns;        // from the second byte on: turns of a row's loop less one or, of no 3x3 kernel, its outputs
    int32_t *planes, *weights; // in scratch memory
#if !defined(__OPTIMIZE_SIZE__)
    load_t load;
#endif
    // A channel's work; what is always the same of it is filled in once.
    union {
        depthwise_3x3_t three;
        depthwise_any_t any;
    } block;
} view_t;

// Words for the zero point: `count` of them, `step` words apart.
static __attribute__((noinline)) void fill(int32_t *to, int32_t zero, int32_t step, int32_t count) {
    for (; count > 0; count--, to += step) {
        *to = zero;
    }
}

#if !defined(__OPTIMIZE_SIZE__)
#define PUT_TWO "sxtb16 r12, lr\nsxtb16 lr, lr, ror #8\nstr r12, [r10]\nstr lr, [r10, r6]\n"

// `count` rows of the picture, one at least, the first of which begins at `row`, into slots of two channels' planes. lr and r12 are a word of
// each channel's.
static __attribute__((naked, noinline)) void load_two(const int8_t *row __attribute__((unused)), int32_t *slot __attribute__((unused)),
                                                      const load_t *l __attribute__((unused)), int32_t count __attribute__((unused))) {
    __asm volatile(
        "push {r4-r11, lr}\n"
        "ldm r2, {r4-r8}\n"
        "1: ldr r12, [r2, #24]\n"
        "ldr r11, [r2, #20]\n"
        "mov r9, r0\n"
        "mov r10, r1\n"
        "lsls r12, r12, #31\n"
        "bpl 2f\n"
        "ldrh lr, [r9]\n"
        "pkhbt lr, r7, lr, lsl #16\n" PUT_TWO
        "add r9, r9, r4\n"
        "add r10, r10, r5\n"
        "2: cmp r11, #0\n"
        "beq 4f\n"
        "3: ldrh lr, [r9, r4]\n"
        "ldrh r12, [r9]\n"
        "add r9, r9, r4, lsl #1\n"
        "pkhbt lr, r12, lr, lsl #16\n" PUT_TWO
        "add r10, r10, r5\n"
        "subs r11, r11, #1\n"
        "bne 3b\n"
        "4: ldr r12, [r2, #24]\n"
        "lsls r12, r12, #30\n"
        "bpl 5f\n"
        "ldrh lr, [r9]\n"
        "pkhbt lr, lr, r7, lsl #16\n" PUT_TWO
        "5: add r0, r0, r8\n"
        "adds r1, #4\n"
        "subs r3, #1\n"
        "bne 1b\n"
        "pop {r4-r11, pc}\n");
}
#endif

// `count` rows of the picture, the first of which begins at `row`, into slots of a plane.
static __attribute__((noinline)) void load_one(const view_t *v, const int8_t *row, int32_t *slot, int32_t count) {
    int32_t step = v->along.in_step, rows = v->rows, zero = v->zero;
    for (; count > 0; count--, row += v->across.in_step, slot++) {
        const int8_t *from = row;
        int32_t *to = slot;
        if (v->head) {
            *to = low_halves(zero, *from);
            to += rows;
            from += step;
        }
        int32_t n = v->inside;
#if !defined(__OPTIMIZE_SIZE__)
        for (; n > 3; n -= 4) {
            int32_t a, b, c, d;
#define TWO_WORDS \
    "ldrsb %[a], [%[from]]\n" \
    "ldrsb %[b], [%[from], %[step]]\n" \
    "add %[from], %[from], %[step], lsl #1\n" \
    "ldrsb %[c], [%[from]]\n" \
    "ldrsb %[d], [%[from], %[step]]\n" \
    "add %[from], %[from], %[step], lsl #1\n" \
    "pkhbt %[a], %[a], %[b], lsl #16\n" \
    "pkhbt %[c], %[c], %[d], lsl #16\n" \
    "str %[a], [%[to]]\n" \
    "str %[c], [%[to], %[rows], lsl #2]\n" \
    "add %[to], %[to], %[rows], lsl #3\n"
            __asm volatile(TWO_WORDS TWO_WORDS
                : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d), [from] "+r"(from), [to] "+r"(to)
                : [step] "r"(step), [rows] "r"(rows)
                : "memory");
#undef TWO_WORDS
        }
#endif
#pragma GCC unroll 1
        for (; n; n--, to += rows, from += 2 * step) {
            *to = low_halves(*from, from[step]);
        }
        if (v->rest) {
            *to = low_halves(*from, zero);
        }
    }
}

// Of the columns of a plane the first `keep` words become those `by` further on.
static void move_up(const view_t *v, int32_t by, int32_t keep) {
    for (int32_t *plane = v->planes, *end = plane + keep; plane < end; plane++) {
        int32_t *to = plane;
#pragma GCC unroll 1
        for (int32_t n = v->words; n; n--, to += v->rows) {
            *to = to[by];
        }
    }
}

// Doubled weights of a kernel that is not 3x3 in pairs, 0 outside of it: taps 2 * j and the next, then (stride 1) the tap before and 2 * j.
static __attribute__((noinline)) void pair_weights(const view_t *v, const int8_t *taps) {
    int32_t step = v->along.tap_step, width = v->along.kernel, sets = v->sets, down = sets * v->across.kernel;
    int32_t *to = v->weights;
    for (int32_t *end = to + down; to != end; to += sets, taps += v->across.tap_step) {
        const int8_t *tap = taps;
        int32_t before = 0, *at = to;
#pragma GCC unroll 1
        for (int32_t n = width >> 1; n; n--, tap += 2 * step, at += down) {
            int32_t first = 2 * tap[0], second = 2 * tap[step];
            at[0] = low_halves(first, second);
            if (sets == 2) {
                at[1] = low_halves(before, first);
            }
            before = second;
        }
        int32_t last = width & 1 ? 2 * tap[0] : 0;
        if (sets == 2) {
            at[1] = low_halves(before, last);
            at[0] = last & 0xffff;
        } else if (width & 1) {
            at[0] = last & 0xffff;
        }
    }
}

// Channel c's bias and scale, and a 3x3 kernel's weights.
static __attribute__((noinline)) void prepare_scale(view_t *v, int32_t c) {
    const mite_requant_t *r = &v->p->requant;
    const int32_t *packed = r->packed + 2 * c * r->scale_step;
    int32_t bias = 2 * mite_requant_bias(r, c);
    dsp_scale_t scale = dsp_scale(packed[0], packed[1], 2 * r->zero_point + 1);
    const int8_t *tap = v->p->filter + c;
    if (!v->three) {
        depthwise_any_t *block = &v->block.any;
        block->multiplier = scale.multiplier;
        block->add = scale.add;
        block->sign = scale.sign;
        block->bias = bias;
        block->shift_and_count = scale.shift | v->turns;
        return;
    }
    depthwise_3x3_t *block = &v->block.three;
    int32_t next = v->along.tap_step, sum = 0;
    for (int i = 0; i < 3; i++, tap += v->across.tap_step) {
        int32_t first = dsp_twice(low_halves(tap[0], tap[next]));
        block->begins[i] = first;
        block->ends[i] = dsp_twice(low_halves(tap[next], tap[2 * next]));
        sum += first;
    }
    block->multiplier = scale.multiplier;
    block->add = scale.add;
    block->bias = bias;
    block->left = bias + (int16_t)sum * v->p->input_zero_point;
    block->shift_and_turns = scale.shift | v->turns;
}

static inline void prepare(view_t *v, int32_t c) {
    prepare_scale(v, c);
    if (!v->three) {
        pair_weights(v, v->p->filter + c);
    }
}

// Rows of outputs of one channel, the input of which `plane` has.
static void sum(view_t *v, const int32_t *plane, int8_t *out, int32_t rows) {
    if (!v->three) {
        depthwise_any_t *block = &v->block.any;
        block->x = plane;
        block->out = out;
        block->rows = rows;
        rows_any(block, v->sets == 1, v->rows == 1);
        return;
    }
    depthwise_3x3_t *block = &v->block.three;
    block->x = plane;
    block->out = out;
    block->rows = rows;
    rows_3x3(block, v->relu);
}

// Some channels of a picture at once: c and those behind it. Rows outside of the picture are there already.
static __attribute__((noinline)) void whole(view_t *v, int32_t c, const int8_t *picture, int8_t *out) {
    int32_t lanes = LANES == 1 ? 1 : mite_quant_min(v->lanes, v->p->out_c - c), above = v->across.pad;
    int32_t *to = v->planes + above + v->skip * v->rows, count = mite_quant_min(v->rows - above, v->across.in);
#if !defined(__OPTIMIZE_SIZE__)
    if (lanes == 2 && count > 0) {
        load_two(picture, to, &v->load, count);
    } else
#endif
    {
        load_one(v, picture, to, count);
    }
    for (int32_t i = 0; i < lanes; i++) {
        prepare(v, c + i);
        sum(v, v->planes + i * v->words * v->rows, out + i, v->across.out);
    }
}

// Rows y .. y + count - 1, counted from the picture's first, into a plane from `slot` on.
static __attribute__((noinline)) void load(const view_t *v, const int8_t *picture, int32_t y, int32_t slot, int32_t count) {
    int32_t *to = v->planes + slot;
    for (; count && y < 0; count--, y++, to++) {
        fill(to, v->zero, v->rows, v->words);
    }
    int32_t inside = mite_quant_clamp(v->across.in - y, 0, count);
    load_one(v, picture + y * v->across.in_step, to + v->skip * v->rows, inside);
    for (; inside < count; inside++) {
        fill(to + inside, v->zero, v->rows, v->words);
    }
}

// A channel of a picture, some rows of outputs at a time.
DEPTHWISE_SMALL void bands(view_t *v, int32_t c, const int8_t *picture, int8_t *out) {
    const axis_t *across = &v->across;
    int32_t keep = mite_quant_max(across->kernel - across->stride, 0), there = 0;
    prepare(v, c);
    for (int32_t done = 0; done < across->out; done += v->band, out += v->band * across->out_step) {
        int32_t band = mite_quant_min(v->band, across->out - done), rows = mite_dw_rows(across->kernel, across->stride, band);
        if (done) {
            move_up(v, v->band * across->stride, keep);
            there = keep;
        }
        load(v, picture, done * across->stride - across->pad + there, there, rows - there);
        sum(v, v->planes, out, band);
    }
}

// With the picture this way round: how a plane of whole rows lies in it.
DEPTHWISE_SMALL void look(view_t *v) {
    const axis_t *along = &v->along;
    v->three = along->kernel == 3 && v->across.kernel == 3 && along->stride == 1 && along->pad <= 1
        && along->out >= 2 + along->pad && (v->relu || all_shift(&v->p->requant, v->p->out_c));
    // Where that leaves no single output at a row's end.
    int32_t late = v->three && along->out & 1 ? along->pad : 0, pad = along->pad - late;
    v->sets = along->stride == 1 ? 2 : 1;
    v->pairs = along->stride == 1 ? (along->kernel + 2) / 2 : (along->kernel + 1) / 2;
    v->late = late;
    v->turns = (v->three ? (along->out - late) / 2 - 1 : along->out) << 8;
    v->words = late ? along->out / 2 + 1 : (along->out + v->sets - 1) / v->sets + v->pairs - 1;
    v->rows = mite_dw_rows(v->across.kernel, v->across.stride, v->across.out);
    v->band = v->across.out;
    int32_t columns = mite_quant_clamp(2 * v->words - pad, 0, along->in);
    v->skip = (uint16_t)mite_quant_min(pad / 2, v->words);
    v->head = columns ? pad & 1 : 0;
    v->inside = (uint16_t)((columns - v->head) / 2);
    v->rest = (columns - v->head) & 1;
}

// Divides scratch memory; 0 if there is too little of it. With rows of half a picture or less one channel at a time is read.
DEPTHWISE_SMALL int divide(view_t *v, int whole_only) {
    const axis_t *across = &v->across;
    int32_t weights = v->three ? 0 : v->pairs * v->sets * across->kernel, words = v->p->scratch_bytes / 4 - weights;
    // Where a kernel has one row a plane's row that stands alone is quicker.
    if (v->rows <= MITE_DW_MOST && v->words <= MITE_DW_MOST && (across->kernel > 1 || across->out == 1)) {
        for (v->lanes = LANES; v->lanes; v->lanes--) {
            if (v->lanes * v->words * v->rows <= words) {
                return 1;
            }
        }
    }
    int32_t rows = words / v->words;
    if (whole_only || words < 0 || rows < across->kernel) {
        return 0;
    }
    v->lanes = 1;
    v->band = across->kernel == 1 ? 1 : mite_quant_min((rows - across->kernel) / across->stride + 1, across->out);
    v->rows = mite_dw_rows(across->kernel, across->stride, v->band);
    return 1;
}

// The words of planes that no row brings: behind the left and the right border, and, where planes are whole, above and below.
DEPTHWISE_SMALL void borders(view_t *v, int32_t *plane) {
    int32_t used = v->skip + v->head + v->inside + v->rest;
    fill(plane, v->zero, 1, v->skip * v->rows);
    fill(plane + used * v->rows, v->zero, 1, (v->words - used) * v->rows);
    for (int32_t slot = v->band == v->across.out ? 0 : v->rows; slot < v->rows; slot++) {
        if ((uint32_t)(slot - v->across.pad) >= (uint32_t)v->across.in) {
            fill(plane + slot, v->zero, v->rows, v->words);
        }
    }
}

// What is the same for all channels.
DEPTHWISE_SMALL void settle(view_t *v) {
    const axis_t *along = &v->along, *across = &v->across;
    int32_t plane_words = v->words * v->rows, *plane = v->p->scratch;
    v->planes = plane;
    for (int32_t i = 0; i < v->lanes; i++, plane += plane_words) {
        borders(v, plane);
    }
    v->weights = plane;
#if !defined(__OPTIMIZE_SIZE__)
    v->load = (load_t) {along->in_step, 4 * v->rows, 4 * plane_words, (v->zero & 0xff) * 0x0101, across->in_step, v->inside, v->head + 2 * v->rest};
#endif
    if (v->three) {
        depthwise_3x3_t *block = &v->block.three;
        block->late = v->late;
        block->tail = (along->out - v->late) & 1;
        block->step = along->out_step;
        block->pitch = 4 * v->rows;
        block->next_x = 4 * across->stride;
        block->next_out = across->out_step;
        return;
    }
    depthwise_any_t *block = &v->block.any;
    // The words of a single row follow one another: they are like one column.
    block->height = v->rows == 1 ? v->pairs : across->kernel;
    block->weights = plane;
    block->end = plane + v->pairs * v->sets * across->kernel;
    block->step = along->out_step;
    block->skip = 4 * (v->rows - across->kernel);
    block->back = 4 * (v->rows == 1 ? v->pairs - 1 : (v->pairs - 1) * v->rows);
    block->next_x = 4 * across->stride;
    block->next_out = across->out_step;
}

#if !defined(__OPTIMIZE_SIZE__)
static void turn(view_t *v) {
    axis_t along = v->along;
    v->along = v->across;
    v->across = along;
}
#endif

DEPTHWISE_SMALL void describe(view_t *v, const mite_conv_t *p) {
    v->p = p;
    v->zero = low_halves(p->input_zero_point, p->input_zero_point);
    v->relu = RELU && dsp_mode(&p->requant) == DSP_RELU;
    v->along = (axis_t) {(uint16_t)p->in_w, (uint16_t)p->out_w, (uint16_t)p->pad_left, (uint8_t)p->kernel_w, (uint8_t)p->stride_w,
                         p->in_c, p->out_c, p->out_c};
    v->across = (axis_t) {(uint16_t)p->in_h, (uint16_t)p->out_h, (uint16_t)p->pad_top, (uint8_t)p->kernel_h, (uint8_t)p->stride_h,
                          p->in_w * p->in_c, p->out_w * p->out_c, p->kernel_w * p->out_c};
}

// How the picture becomes planes; 0 if there is too little scratch memory.
DEPTHWISE_SMALL int plan(view_t *v) {
#if !defined(__OPTIMIZE_SIZE__)
    if (v->across.out > v->along.out && v->across.stride == 1 && v->along.stride == 1) {
        // High pictures the other way round, if planes are whole: fewer rows.
        turn(v);
        look(v);
        if (v->three && divide(v, 1)) {
            return 1;
        }
        turn(v);
    }
#endif
    look(v);
    return divide(v, 0);
}

DEPTHWISE_SMALL int fast(const mite_conv_t *p) {
    view_t v;
    describe(&v, p);
    if (!plan(&v)) {
        return 0;
    }
    settle(&v);
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *picture = p->input + b * p->in_h * p->in_w * p->in_c;
        int8_t *out = p->output + b * p->out_h * p->out_w * p->out_c;
        for (int32_t c = 0; c < p->out_c; c += v.lanes) {
            v.band == v.across.out ? whole(&v, c, picture + c, out + c) : bands(&v, c, picture + c, out + c);
        }
    }
    mite_requant_bound(&p->requant, p->output, p->batches * p->out_h * p->out_w * p->out_c);
    return 1;
}

void mite_depthwise_conv_2d_s8__dsp(const mite_conv_t *p) {
    if (depthwise_is_whole(p)) {
        depthwise_whole(p);
        return;
    }
    if (p->requant.packed && p->multiplier == 1 && p->dilation_h == 1 && p->dilation_w == 1 && p->stride_w <= 2) {
#if !defined(__OPTIMIZE_SIZE__)
        if (stride2_fits(p)) {
            stride2(p);
            return;
        }
#endif
        if (fast(p)) {
            return;
        }
    }
    mite_depthwise_conv_2d_s8__generic(p);
}

#endif
