// Convolution with AVX2: the taps of two to four output pixels lie in scratch memory as int16, and every channel's weights meet all of them.

#include "roster.h"

#if defined(MITE_X86)

#include "x86.h"

enum { LANES = 4 };

// `bytes` taps as int16, or as many zero points where `from` is NULL.
static X86_AVX2 int16_t *spread(int16_t *to, const int8_t *from, int32_t zero_point, int32_t bytes) {
    int32_t i = 0;
    if (!from) {
        for (; i < bytes; i++) {
            to[i] = (int16_t)zero_point;
        }
        return to + bytes;
    }
    for (; i + 16 <= bytes; i += 16) {
        _mm256_storeu_si256((__m256i *)(void *)(to + i), x86_load16(from + i));
    }
    if (i + 8 <= bytes) {
        _mm_storeu_si128((__m128i *)(void *)(to + i), x86_load8(from + i));
        i += 8;
    }
    for (; i < bytes; i++) {
        to[i] = from[i];
    }
    return to + bytes;
}

// The taps of the pixel at (top, left), for the group of `channels` that begins at `picture`.
static X86_AVX2 void gather(const mite_conv_t *p, const int8_t *picture, int32_t top, int32_t left, int32_t channels, int16_t *to, int32_t taps) {
    int16_t *end = to + taps;
    int joined = channels == p->in_c && p->dilation_w == 1 && left >= 0 && left + p->kernel_w <= p->in_w;
    int32_t runs = joined ? 1 : p->kernel_w, bytes = joined ? p->kernel_w * channels : channels;
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h, x = left;
        for (int32_t i = 0; i < runs; i++, x += p->dilation_w) {
            int inside = y >= 0 && y < p->in_h && x >= 0 && x < p->in_w;
            to = spread(to, inside ? picture + (y * p->in_w + x) * p->in_c : NULL, p->input_zero_point, bytes);
        }
    }
    while (to != end) {
        *to++ = 0;
    }
}

// The sums of one channel for four pixels: two whose columns lie together, and those at z and v.
static inline X86_AVX2 __m128i dot(const int16_t *x, const int16_t *z, const int16_t *v, const int8_t *w, int32_t taps) {
    const int16_t *y = x + taps;
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    int32_t i = 0;
    for (; i + 16 <= taps; i += 16) {
        __m256i weights = x86_load16(w + i);
        a = _mm256_add_epi32(a, _mm256_madd_epi16(weights, _mm256_loadu_si256((const __m256i *)(const void *)(x + i))));
        b = _mm256_add_epi32(b, _mm256_madd_epi16(weights, _mm256_loadu_si256((const __m256i *)(const void *)(y + i))));
        c = _mm256_add_epi32(c, _mm256_madd_epi16(weights, _mm256_loadu_si256((const __m256i *)(const void *)(z + i))));
        d = _mm256_add_epi32(d, _mm256_madd_epi16(weights, _mm256_loadu_si256((const __m256i *)(const void *)(v + i))));
    }
    __m128i e = x86_fold(a), f = x86_fold(b), g = x86_fold(c), h = x86_fold(d);
    for (; i < taps; i += 4) {
        __m128i weights = x86_load4(w + i);
        e = _mm_add_epi32(e, _mm_madd_epi16(weights, _mm_loadl_epi64((const __m128i *)(const void *)(x + i))));
        f = _mm_add_epi32(f, _mm_madd_epi16(weights, _mm_loadl_epi64((const __m128i *)(const void *)(y + i))));
        g = _mm_add_epi32(g, _mm_madd_epi16(weights, _mm_loadl_epi64((const __m128i *)(const void *)(z + i))));
        h = _mm_add_epi32(h, _mm_madd_epi16(weights, _mm_loadl_epi64((const __m128i *)(const void *)(v + i))));
    }
    return x86_sums(e, f, g, h);
}

static X86_AVX2 void run(const mite_conv_t *p, int32_t lanes) {
    const mite_requant_t *r = &p->requant;
    int32_t group_in = p->in_c / p->groups, group_out = p->out_c / p->groups;
    int32_t taps = (p->kernel_h * p->kernel_w * group_in + 3) & ~3;
    int16_t *columns = p->scratch;
    int32_t pixels = p->batches * p->out_h * p->out_w, per_picture = p->out_h * p->out_w, sums[LANES];
    for (int32_t first = 0; first < pixels; first += lanes) {
        int32_t some = mite_quant_min(lanes, pixels - first);
        for (int32_t g = 0; g < p->groups; g++) {
            for (int32_t i = 0; i < some; i++) {
                int32_t b = (first + i) / per_picture, at = (first + i) % per_picture;
                gather(p, p->input + b * p->in_h * p->in_w * p->in_c + g * group_in, at / p->out_w * p->stride_h - p->pad_top,
                       at % p->out_w * p->stride_w - p->pad_left, group_in, columns + i * taps, taps);
            }
            int8_t *out = p->output + first * p->out_c;
            // Where there is no memory for a third or a fourth, the first counts twice.
            const int16_t *third = lanes > 2 ? columns + 2 * taps : columns, *fourth = lanes == LANES ? columns + 3 * taps : columns;
            for (int32_t channel = g * group_out; channel < (g + 1) * group_out; channel++) {
                const int8_t *w = p->filter + channel * taps;
                const int32_t *packed = r->packed + 2 * channel;
                scalar_scale_t scale = scalar_scale(packed, packed[1] >> 5, r->zero_point);
                _mm_storeu_si128((__m128i *)sums, dot(columns, third, fourth, w, taps));
                for (int32_t i = 0; i < some; i++) {
                    out[i * p->out_c + channel] = scalar_output(sums[i], &scale, r, 0);
                }
            }
        }
    }
}

void mite_conv_2d_s8__x86(const mite_conv_t *p) {
    int32_t taps = (p->kernel_h * p->kernel_w * (p->in_c / p->groups) + 3) & ~3;
    if (!p->requant.packed || !p->requant.scale_step || !x86_avx2()) {
        mite_conv_2d_s8__scalar(p);
        return;
    }
    run(p, mite_quant_min(p->scratch_bytes / mite_conv_column_bytes(taps), LANES));
}

#endif
