// Matrix times vector with VMLADAVA: 16 inputs meet four rows of weights; the loop's end is predicated.

#include "roster.h"

#if defined(__ARM_FEATURE_MVE)

#include "mve.h"

// The input against four rows, `row`, `row2` and `row3` bytes behind the first. depth: at least 1.
static inline __attribute__((always_inline)) int32x4_t dot4(const int8_t *x, const int8_t *w, int32_t row, int32_t row2, int32_t row3,
                                                            int32_t depth) {
    const int8_t *b = w + row, *c = w + row2, *d = w + row3;
    int32_t k = 0, l = 0, m = 0, n = 0;
    __asm volatile("dlstp.8 lr, %[depth]\n"
                   "1:\n"
                   "vldrb.8 q0, [%[x]], #16\n"
                   "vldrb.8 q1, [%[a]], #16\n"
                   "vmladava.s8 %[k], q0, q1\n"
                   "vldrb.8 q1, [%[b]], #16\n"
                   "vmladava.s8 %[l], q0, q1\n"
                   "vldrb.8 q1, [%[c]], #16\n"
                   "vmladava.s8 %[m], q0, q1\n"
                   "vldrb.8 q1, [%[d]], #16\n"
                   "vmladava.s8 %[n], q0, q1\n"
                   "letp lr, 1b\n"
                   : [k] "+Te"(k), [l] "+Te"(l), [m] "+Te"(m), [n] "+Te"(n), [x] "+r"(x), [a] "+r"(w), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d)
                   : [depth] "r"(depth)
                   : "lr", "q0", "q1", "memory");
    return mve_quad(k, l, m, n);
}

static inline __attribute__((always_inline)) mve_channels_t four(const mite_requant_t *r, int32_t o) {
    if (r->scale_step) {
        return mve_packed(r->packed + 2 * o);
    }
    mve_channels_t channels = {vdupq_n_s32(r->packed[0]), vldrwq_s32(r->bias + o), vdupq_n_s32(-(r->packed[1] & 31))};
    return channels;
}

// Fewer than four outputs.
static void few(const mite_dense_t *p, const int8_t *in, int8_t *out) {
    int32_t row = (p->depth + 3) & ~3, last = p->outputs - 1;
    mve_pred16_t lanes = vctp32q((uint32_t)p->outputs);
    mve_channels_t channels;
    if (p->requant.scale_step) {
        channels = mve_packed_some(p->requant.packed, p->outputs);
    } else {
        channels = (mve_channels_t) {vdupq_n_s32(p->requant.packed[0]), vldrwq_z_s32(p->requant.bias, lanes), vdupq_n_s32(-(p->requant.packed[1] & 31))};
    }
    int32x4_t sums = dot4(in, p->filter, mite_quant_min(1, last) * row, mite_quant_min(2, last) * row, last * row, p->depth);
    vstrbq_p_s32(out, mve_requant(sums, &channels, &p->requant, MVE_CLAMP), lanes);
}

static inline __attribute__((always_inline)) void outputs(const mite_dense_t *p, const int8_t *in, int8_t *out, const mve_clamp_t clamp) {
    int32_t row = (p->depth + 3) & ~3;
    for (int32_t o = 0; o < p->outputs; o += 4) {
        o = mite_quant_min(o, p->outputs - 4); // the last four may be partly done already
        int32x4_t sums = dot4(in, p->filter + o * row, row, 2 * row, 3 * row, p->depth);
        mve_channels_t channels = four(&p->requant, o);
        vstrbq_s32(out + o, mve_requant(sums, &channels, &p->requant, clamp));
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
    for (int32_t b = 0; b < p->batches; b++, in += p->depth, out += p->outputs) {
        if (p->outputs < 4) {
            few(p, in, out);
        } else if (clamp == MVE_POSITIVE) {
            outputs(p, in, out, MVE_POSITIVE);
        } else if (clamp == MVE_WHOLE) {
            outputs(p, in, out, MVE_WHOLE);
        } else {
            outputs(p, in, out, MVE_CLAMP);
        }
    }
}

#endif
