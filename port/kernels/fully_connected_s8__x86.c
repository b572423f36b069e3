// Matrix times vector with AVX2: two pairs of rows at once.

#include "roster.h"

#if defined(MITE_X86)

#include "x86.h"

// `taps` (a multiple of 4) of the input against two pairs of rows: four sums, with 128 times that of the input in the first and the third.
static X86_AVX2 __m128i dot4(const int8_t *x, const int8_t *first, const int8_t *second, int32_t taps) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    const __m256i low = _mm256_set1_epi16(0xff);
    // Of every four taps the middle two change places, as they have in the rows.
    const __m128i order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
    int32_t i = 0;
    for (; i + 16 <= taps; i += 16) {
        __m256i in = _mm256_cvtepi8_epi16(_mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(x + i)), order));
        __m256i ab = _mm256_loadu_si256((const __m256i *)(const void *)(first + 2 * i));
        __m256i cd = _mm256_loadu_si256((const __m256i *)(const void *)(second + 2 * i));
        a = _mm256_add_epi32(a, _mm256_madd_epi16(in, _mm256_and_si256(ab, low)));
        b = _mm256_add_epi32(b, _mm256_madd_epi16(in, _mm256_srai_epi16(ab, 8)));
        c = _mm256_add_epi32(c, _mm256_madd_epi16(in, _mm256_and_si256(cd, low)));
        d = _mm256_add_epi32(d, _mm256_madd_epi16(in, _mm256_srai_epi16(cd, 8)));
    }
    __m128i e = x86_fold(a), f = x86_fold(b), g = x86_fold(c), h = x86_fold(d);
    for (; i < taps; i += 4) {
        __m128i in = _mm_shufflelo_epi16(x86_load4(x + i), _MM_SHUFFLE(3, 1, 2, 0));
        __m128i ab = _mm_loadl_epi64((const __m128i *)(const void *)(first + 2 * i));
        __m128i cd = _mm_loadl_epi64((const __m128i *)(const void *)(second + 2 * i));
        e = _mm_add_epi32(e, _mm_madd_epi16(in, _mm_and_si128(ab, _mm256_castsi256_si128(low))));
        f = _mm_add_epi32(f, _mm_madd_epi16(in, _mm_srai_epi16(ab, 8)));
        g = _mm_add_epi32(g, _mm_madd_epi16(in, _mm_and_si128(cd, _mm256_castsi256_si128(low))));
        h = _mm_add_epi32(h, _mm_madd_epi16(in, _mm_srai_epi16(cd, 8)));
    }
    return x86_sums(e, f, g, h);
}

static X86_AVX2 void run(const mite_dense_t *p) {
    int8_t *out = p->output;
    const int8_t *in = p->input;
    const mite_requant_t *r = &p->requant;
    int32_t row = mite_dense_row(p), whole = p->depth & ~3, paired = p->outputs & ~1;
    for (int32_t b = 0; b < p->batches; b++, in += p->depth, out += p->outputs) {
        int32_t less = 0;
        for (int32_t t = 0; t < whole; t++) {
            less -= 128 * in[t];
        }
        // The last two pairs may reach back over the ones before.
        for (int32_t left = paired; left > 0; left -= 4) {
            int32_t o = paired - mite_quant_max(left, 4), sums[4];
            const int8_t *w = p->filter + o * row;
            _mm_storeu_si128((__m128i *)sums, dot4(in, w, w + 2 * row, whole));
            for (int k = 0; k < 4; k++) {
                int32_t sum = sums[k] + mite_requant_bias(r, o + k) + (k & 1 ? 0 : less);
                for (int32_t t = whole; t < p->depth; t++) {
                    sum += in[t] * mite_dense_weight(p, o + k, t);
                }
                out[o + k] = mite_requant_output(r, o + k, sum);
            }
        }
        if (p->outputs & 1) {
            int32_t sum = mite_requant_bias(r, paired);
            for (int32_t t = 0; t < p->depth; t++) {
                sum += in[t] * mite_dense_weight(p, paired, t);
            }
            out[paired] = mite_requant_output(r, paired, sum);
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
