// What the kernels for x86-64 with AVX2 share. They are in every build for that architecture, and chosen when they run.
#ifndef MITE_X86_H
#define MITE_X86_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "scalar.h"

#define X86_AVX2 __attribute__((target("avx2")))

// Does this processor have it?
static inline int x86_avx2(void) {
    return __builtin_cpu_supports("avx2");
}

// 4 int8 as int16 in the low half, the rest zero.
static inline X86_AVX2 __m128i x86_load4(const int8_t *at) {
    int32_t word;
    memcpy(&word, at, 4);
    return _mm_cvtepi8_epi16(_mm_cvtsi32_si128(word));
}

static inline X86_AVX2 __m128i x86_load8(const int8_t *at) {
    return _mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)at));
}

static inline X86_AVX2 __m256i x86_load16(const int8_t *at) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)at));
}

// Both halves of each added up.
static inline X86_AVX2 __m128i x86_fold(__m256i sums) {
    return _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

// The four sums of four vectors.
static inline X86_AVX2 __m128i x86_sums(__m128i a, __m128i b, __m128i c, __m128i d) {
    return _mm_hadd_epi32(_mm_hadd_epi32(a, b), _mm_hadd_epi32(c, d));
}

#endif
