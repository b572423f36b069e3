// Matrix times vector with VMLADAVA, two pairs of rows at once. VLD4 takes a pair's 32 taps apart into those of either row, VLD2 the inputs likewise.

#include "dot_s8.h"
#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

typedef struct {
    int32_t a, b, c, d;
} sums_t;

// `blocks` times 32 taps, at least 1.
static inline __attribute__((always_inline)) void dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t blocks, sums_t *sums) {
    int32_t a = 0, b = 0, c = 0, d = 0;
#define PAIR(rows, a, b) \
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
    __asm volatile("dls lr, %[blocks]\n"
                   "vmov.i8 q6, #128\n"
                   "1:\n"
                   "vld20.16 {q4, q5}, [%[x]]\n"
                   "vld21.16 {q4, q5}, [%[x]]!\n" PAIR("first", "a", "b") PAIR("second", "c", "d")
                   "le lr, 1b\n"
                   : [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c), [d] "+Te"(d), [x] "+r"(x), [first] "+r"(first), [second] "+r"(second)
                   : [blocks] "r"(blocks)
                   : "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "memory");
#undef PAIR
    *sums = (sums_t) {a, b, c, d};
}

// The same for any taps, 8 at a time as int16: what is left, and inputs at odd addresses, which VLD2 does not take.
static void dot4_any(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps, sums_t *sums) {
    const int16x8_t order = {0, 2, 1, 3, 4, 6, 5, 7};
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

static inline __attribute__((always_inline)) mve_channels_t four(const mite_requant_t *r, int32_t o) {
    if (r->scale_step) {
        return mve_packed(r->packed + 2 * o);
    }
    mve_channels_t channels = {vdupq_n_s32(r->packed[0]), vldrwq_s32(r->bias + o), vdupq_n_s32(-(r->packed[1] & 31))};
    return channels;
}

// The same of two, each twice.
static mve_channels_t twice(const mite_requant_t *r) {
    const uint32x4_t at = {0, 1, 0, 1};
    if (r->scale_step) {
        return mve_packed_at(r->packed, vshlq_n_u32(at, 1));
    }
    mve_channels_t channels = {vdupq_n_s32(r->packed[0]), vldrwq_gather_shifted_offset_s32(r->bias, at), vdupq_n_s32(-(r->packed[1] & 31))};
    return channels;
}

// All pairs of rows against one vector.
static inline __attribute__((always_inline)) void pairs(const mite_dense_t *p, const int8_t *in, int8_t *out, const mve_clamp_t clamp) {
    int32_t row = mite_dense_row(p), paired = p->outputs & ~1, blocks = (uintptr_t)in & 1 ? 0 : p->depth >> 5, rest = p->depth - 32 * blocks;
    // Two pairs at once; a single one is both.
    int32_t some = mite_quant_min(paired, 4), second = some == 4 ? 2 * row : 0;
    for (int32_t o = 0; o < paired; o += 4) {
        o = mite_quant_min(o, paired - some); // the last two may be partly done already
        const int8_t *w = p->filter + o * row;
        sums_t s = {0, 0, 0, 0};
        if (blocks) {
            dot4(in, w, w + second, blocks, &s);
        }
        if (rest) {
            w += 64 * blocks;
            dot4_any(in + 32 * blocks, w, w + second, rest, &s);
        }
        int32x4_t sums = mve_quad(s.a, s.b, s.c, s.d);
        if (some == 4) {
            mve_channels_t channels = four(&p->requant, o);
            vstrbq_s32(out + o, mve_requant(sums, &channels, &p->requant, clamp));
        } else {
            mve_channels_t channels = twice(&p->requant);
            vstrbq_p_s32(out, mve_requant(sums, &channels, &p->requant, MVE_CLAMP), vctp32q(2));
        }
    }
}

void mite_fully_connected_s8__mve(const mite_dense_t *p) {
    if (!p->requant.packed) {
        mite_fully_connected_s8__generic(p);
        return;
    }
    mve_clamp_t clamp = mve_clamp(&p->requant);
    const int8_t *in = p->input;
    int8_t *out = p->output;
    int32_t last = p->outputs & ~1;
    for (int32_t b = 0; b < p->batches; b++, in += p->depth, out += p->outputs) {
        if (clamp == MVE_POSITIVE) {
            pairs(p, in, out, MVE_POSITIVE);
        } else if (clamp == MVE_WHOLE) {
            pairs(p, in, out, MVE_WHOLE);
        } else {
            pairs(p, in, out, MVE_CLAMP);
        }
        if (p->outputs & 1) {
            int32_t sum = mite_dot_s8(in, p->filter + last * mite_dense_row(p), (uint32_t)p->depth, mite_requant_bias(&p->requant, last));
            out[last] = mite_requant_output(&p->requant, last, sum);
        }
    }
}

#endif
