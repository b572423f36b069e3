// Matrix times vector with AVX2: four rows at once.

#include "roster.h"

#if defined(MITE_X86)

#include "x86.h"

static X86_AVX2 __m128i dot4(const int8_t *x, const int8_t *w, int32_t row, int32_t taps) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    int32_t i = 0;
    for (; i + 16 <= taps; i += 16) {
        __m256i in = x86_load16(x + i);
        a = _mm256_add_epi32(a, _mm256_madd_epi16(in, x86_load16(w + i)));
        b = _mm256_add_epi32(b, _mm256_madd_epi16(in, x86_load16(w + row + i)));
        c = _mm256_add_epi32(c, _mm256_madd_epi16(in, x86_load16(w + 2 * row + i)));
        d = _mm256_add_epi32(d, _mm256_madd_epi16(in, x86_load16(w + 3 * row + i)));
    }
    __m128i e = x86_fold(a), f = x86_fold(b), g = x86_fold(c), h = x86_fold(d);
    for (; i < taps; i += 4) {
        __m128i in = x86_load4(x + i);
        e = _mm_add_epi32(e, _mm_madd_epi16(in, x86_load4(w + i)));
        f = _mm_add_epi32(f, _mm_madd_epi16(in, x86_load4(w + row + i)));
        g = _mm_add_epi32(g, _mm_madd_epi16(in, x86_load4(w + 2 * row + i)));
        h = _mm_add_epi32(h, _mm_madd_epi16(in, x86_load4(w + 3 * row + i)));
    }
    return x86_sums(e, f, g, h);
}

static X86_AVX2 void run(const mite_dense_t *p) {
    int8_t *out = p->output;
    const int8_t *in = p->input;
    const mite_requant_t *r = &p->requant;
    int32_t row = (p->depth + 3) & ~3, whole = p->depth & ~3;
    for (int32_t b = 0; b < p->batches; b++, in += p->depth, out += p->outputs) {
        // The last group may reach back over the one before.
        for (int32_t left = p->outputs; left > 0; left -= 4) {
            int32_t o = p->outputs - mite_quant_max(left, 4), sums[4];
            const int8_t *w = p->filter + o * row;
            _mm_storeu_si128((__m128i *)sums, dot4(in, w, row, whole));
            for (int k = 0; k < 4; k++, w += row) {
                int32_t sum = sums[k] + mite_requant_bias(r, o + k);
                for (int32_t t = whole; t < p->depth; t++) {
                    sum += in[t] * w[t];
                }
                out[o + k] = mite_requant_output(r, o + k, sum);
            }
        }
    }
}

void mite_fully_connected_s8__x86(const mite_dense_t *p) {
    if (p->outputs < 4 || !x86_avx2()) {
        mite_fully_connected_s8__scalar(p);
        return;
    }
    run(p);
}

#endif
