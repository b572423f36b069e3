// Matrix times vector with VMLADAVA, two pairs of rows at once. VLD4 takes a pair's 32 taps apart into those of either row, VLD2 the inputs likewise.

#include "dot_s8.h"
#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

typedef struct {
    int32_t a, b, c, d;
} sums_t;

// What is left of a vector behind its blocks of 32 taps, as int16 in the rows' order; zeros behind it.
typedef struct {
    int16_t taps[32];
    int32_t bytes; // of a pair's weights
} rest_t;

#define ORDER {0, 2, 1, 3, 4, 6, 5, 7}

static void rest_of(rest_t *rest, const int8_t *x, int32_t count) {
    const int16x8_t order = ORDER;
    rest->bytes = 2 * ((count + 3) & ~3);
    for (int16_t *to = rest->taps; count > 0; count -= 8, x += 8, to += 8) {
        vst1q_s16(to, vldrbq_gather_offset_z_s16(x, vreinterpretq_u16_s16(order), vcmpltq_n_s16(order, (int16_t)count)));
    }
}

// `blocks` times 32 taps, and the rest; the sums grow.
static inline __attribute__((always_inline)) void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t blocks, const rest_t *rest,
                                                       sums_t *sums) {
    int32_t a = sums->a, b = sums->b, c = sums->c, d = sums->d;
    const int16_t *taps = rest->taps;
#define BLOCK(rows, a, b) \
    "vld40.8 {q0, q1, q2, q3}, [%[" rows "]]\n" \
    "vld41.8 {q0, q1, q2, q3}, [%[" rows "]]\n" \
    "vld42.8 {q0, q1, q2, q3}, [%[" rows "]]\n" \
    "vld43.8 {q0, q1, q2, q3}, [%[" rows "]]!\n" \
    "vmladava.s8 %[" b "], q1, q4\n" \
    "veor q0, q0, q6\n" \
    "vmladava.s8 %[" b "], q3, q5\n" \
    "veor q2, q2, q6\n" \
    "vmladava.s8 %[" a "], q0, q4\n" \
    "vmladava.s8 %[" a "], q2, q5\n"
#define EIGHT(rows, a, b) \
    "vldrb.8 q0, [%[" rows "]], #16\n" \
    "vmovlt.s8 q1, q0\n" \
    "vmladava.s16 %[" b "], q1, q4\n" \
    "veor q0, q0, q6\n" \
    "vmovlb.s8 q1, q0\n" \
    "vmladava.s16 %[" a "], q1, q4\n"
    __asm volatile("vmov.i8 q6, #128\n"
                   "wls lr, %[blocks], 2f\n"
                   "1:\n"
                   "vld20.16 {q4, q5}, [%[x]]\n"
                   "vld21.16 {q4, q5}, [%[x]]!\n" BLOCK("first", "a", "b") BLOCK("second", "c", "d")
                   "le lr, 1b\n"
                   "2:\n"
                   "wlstp.8 lr, %[bytes], 4f\n"
                   "3:\n"
                   "vldrb.8 q4, [%[taps]], #16\n" EIGHT("first", "a", "b") EIGHT("second", "c", "d")
                   "letp lr, 3b\n"
                   "4:\n"
                   : [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c), [d] "+Te"(d), [x] "+r"(x), [first] "+r"(first), [second] "+r"(second), [taps] "+r"(taps)
                   : [blocks] "r"(blocks), [bytes] "r"(rest->bytes)
                   : "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "memory");
#undef BLOCK
#undef EIGHT
    *sums = (sums_t) {a, b, c, d};
}

// The same for inputs at odd addresses, which VLD2 does not take.
static void dot4_odd(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, sums_t *sums) {
    const int16x8_t order = ORDER;
    const int8x16_t lift = vdupq_n_s8(INT8_MIN);
    for (; taps > 0; taps -= 8, x += 8, first += 16, second += 16) {
        int16x8_t in = vldrbq_gather_offset_z_s16(x, vreinterpretq_u16_s16(order), vcmpltq_n_s16(order, (int16_t)mite_quant_min(taps, 8)));
        mve_pred16_t there = vctp8q(2 * (((uint32_t)taps + 3) & ~3u));
        int8x16_t ab = vldrbq_z_s8(first, there), cd = vldrbq_z_s8(second, there);
        sums->a = vmladavaq_s16(sums->a, vmovlbq_s8(veorq_s8(ab, lift)), in);
        sums->b = vmladavaq_s16(sums->b, vmovltq_s8(ab), in);
        sums->c = vmladavaq_s16(sums->c, vmovlbq_s8(veorq_s8(cd, lift)), in);
        sums->d = vmladavaq_s16(sums->d, vmovltq_s8(cd), in);
    }
}

#undef ORDER

// One vector and where its outputs go.
typedef struct {
    const mite_dense_t *p;
    const int8_t *in;
    int8_t *out;
    int32_t blocks;
    rest_t rest;
} vector_t;

// Two pairs at once, however it may be: one pair alone is both.
static void pairs(const vector_t *v) {
    const mite_dense_t *p = v->p;
    int32_t row = mite_dense_row(p), paired = p->outputs & ~1, some = mite_quant_min(paired, 4), step = p->requant.scale_step;
    uint32x4_t lane = vidupq_n_u32(0, 1);
    for (int32_t o = 0; o < paired; o += 4) {
        o = mite_quant_min(o, paired - some); // the last two may be partly done already
        const int8_t *w = p->filter + o * row;
        const int8_t *second = some == 4 ? w + 2 * row : w;
        sums_t s = {0, 0, 0, 0};
        if ((uintptr_t)v->in & 1) {
            dot4_odd(v->in, w, second, p->depth, &s);
        } else {
            dot4(v->in, w, second, v->blocks, &v->rest, &s);
        }
        int32x4_t sums = mve_quad(s.a, s.b, s.c, s.d);
        // Of two channels, each is there twice.
        uint32x4_t at = vaddq_n_u32(vandq_u32(lane, vdupq_n_u32((uint32_t)some - 1)), (uint32_t)o);
        mve_channels_t channels = mve_packed_at(p->requant.packed, vmulq_n_u32(at, (uint32_t)step * 2));
        if (!step) {
            channels.bias = vldrwq_gather_shifted_offset_s32(p->requant.bias, at);
        }
        vstrbq_p_s32(v->out + o, mve_requant(sums, &channels, &p->requant, MVE_CLAMP), vctp32q((uint32_t)some));
    }
}

// The same where channels share a scale, there are two pairs, and the input lies at an even address.
static inline __attribute__((always_inline)) void pairs_shared(const vector_t *v, const mve_clamp_t clamp) {
    const mite_requant_t *r = &v->p->requant;
    int32_t row = mite_dense_row(v->p), multiplier = r->packed[0], shift = -(r->packed[1] & 31), zero_point = r->zero_point;
    const int8_t *w = v->p->filter;
    const int32_t *bias = r->bias;
    int8_t *out = v->out;
    for (int32_t rows = v->p->outputs & ~1; rows; rows -= 4, out += 4, bias += 4, w += 4 * row) {
        if (rows < 4) {
            rows = 4;
            out -= 2;
            bias -= 2;
            w -= 2 * row;
        }
        sums_t s = {bias[0], bias[1], bias[2], bias[3]};
        dot4(v->in, w, w + 2 * row, v->blocks, &v->rest, &s);
        int32x4_t value = vqrdmulhq_n_s32(mve_quad(s.a, s.b, s.c, s.d), multiplier);
        if (clamp != MVE_POSITIVE && shift) {
            value = vaddq_s32(value, vshrq_n_s32(value, 31)); // the second rounding takes halves away from zero
        }
        value = vaddq_n_s32(vrshlq_n_s32(value, shift), zero_point);
        if (clamp == MVE_CLAMP) {
            value = vminq_s32(vmaxq_s32(value, vdupq_n_s32(r->min)), vdupq_n_s32(r->max));
        } else {
            value = mve_narrow(value);
        }
        vstrbq_s32(out, value);
    }
}

void mite_fully_connected_s8__mve(const mite_dense_t *p) {
    if (!p->requant.packed) {
        mite_fully_connected_s8__generic(p);
        return;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    int32_t last = p->outputs & ~1;
    vector_t v = {.p = p, .in = p->input, .out = p->output, .blocks = p->depth >> 5};
    for (int32_t b = 0; b < p->batches; b++, v.in += p->depth, v.out += p->outputs) {
        if (p->outputs & 1) {
            int32_t sum = mite_dot_s8(v.in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, mite_requant_bias(&p->requant, last));
            v.out[last] = mite_requant_output(&p->requant, last, sum);
        }
        rest_of(&v.rest, v.in + 32 * v.blocks, p->depth & 31);
        if (last < 4 || p->requant.scale_step || (uintptr_t)v.in & 1) {
            pairs(&v);
        } else if (clamp == MVE_POSITIVE) {
            pairs_shared(&v, MVE_POSITIVE);
        } else if (clamp == MVE_WHOLE) {
            pairs_shared(&v, MVE_WHOLE);
        } else {
            pairs_shared(&v, MVE_CLAMP);
        }
    }
}

#endif
