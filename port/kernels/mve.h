// What the kernels for Helium (Armv8.1-M with MVE) share. Sums come from VMLADAVA, which multiplies 16 pairs of int8 and adds them to a
// core register; four of them at a time become int8 in a vector.
#ifndef MITE_MVE_H
#define MITE_MVE_H

#include <arm_mve.h>
#include <stdint.h>

#include "conv.h"

// How a vector of sums is clamped.
typedef enum {
    MVE_POSITIVE, // from a zero point of -128 up: the second rounding's rule for negative numbers does not matter
    MVE_WHOLE,    // to all of int8
    MVE_CLAMP,    // to bounds
} mve_clamp_t;

static inline mve_clamp_t mve_clamp(const mite_requant_t *r) {
    if (r->min != INT8_MIN || r->max != INT8_MAX) {
        return MVE_CLAMP;
    }
    return r->zero_point == INT8_MIN ? MVE_POSITIVE : MVE_WHOLE;
}

// Four channels, a lane each.
typedef struct {
    int32x4_t multiplier, bias;
    int32x4_t shift; // to the left: 0 or negative
} mve_channels_t;

// packed: two words for each channel.
static inline __attribute__((always_inline)) mve_channels_t mve_packed(const int32_t *packed) {
    int32x4x2_t words = vld2q_s32(packed);
    mve_channels_t channels = {
        words.val[0], vshrq_n_s32(words.val[1], 5), vnegq_s32(vandq_s32(words.val[1], vdupq_n_s32(31))),
    };
    return channels;
}

// The same for any channels: at: twice their numbers.
static inline mve_channels_t mve_packed_at(const int32_t *packed, uint32x4_t at) {
    int32x4_t word = vldrwq_gather_shifted_offset_s32(packed + 1, at);
    mve_channels_t channels = {
        vldrwq_gather_shifted_offset_s32(packed, at), vshrq_n_s32(word, 5), vnegq_s32(vandq_s32(word, vdupq_n_s32(31))),
    };
    return channels;
}

// The same for the first `count` (1 to 4), the last of them repeated: nothing behind them is read.
static inline mve_channels_t mve_packed_some(const int32_t *packed, int32_t count) {
    return mve_packed_at(packed, vminq_u32(vidupq_n_u32(0, 2), vdupq_n_u32(2 * (uint32_t)count - 2)));
}

// Four core registers as a vector.
static inline __attribute__((always_inline)) int32x4_t mve_quad(int32_t a, int32_t b, int32_t c, int32_t d) {
    int32x4_t quad;
    __asm("vmov %q0[2], %q0[0], %1, %3\n"
          "vmov %q0[3], %q0[1], %2, %4\n"
          : "=&w"(quad)
          : "r"(a), "r"(b), "r"(c), "r"(d));
    return quad;
}

// Numbers clamped to int8. Narrowing saturates, and needs no bounds in registers.
static inline __attribute__((always_inline)) int32x4_t mve_narrow(int32x4_t value) {
    __asm("vqmovnb.s32 %q0, %q0\n"
          "vqmovnb.s16 %q0, %q0\n"
          : "+w"(value));
    return value;
}

// Four sums without their biases to outputs: int8 in the low byte of each lane.
static inline __attribute__((always_inline)) int32x4_t mve_requant(int32x4_t sums, const mve_channels_t *channels, const mite_requant_t *r,
                                                                   const mve_clamp_t clamp) {
    int32x4_t value = vqrdmulhq_s32(vaddq_s32(sums, channels->bias), channels->multiplier);
    if (clamp != MVE_POSITIVE) {
        // VRSHL rounds halves up, the reference away from zero; where there is no shift there is nothing to round.
        value = vaddq_s32(value, vshrq_n_s32(vandq_s32(value, channels->shift), 31));
    }
    value = vaddq_n_s32(vrshlq_s32(value, channels->shift), r->zero_point);
    if (clamp == MVE_CLAMP) {
        return vminq_s32(vmaxq_s32(value, vdupq_n_s32(r->min)), vdupq_n_s32(r->max));
    }
    return mve_narrow(value);
}

// Copies `bytes`; reads and writes nothing behind them.
static inline __attribute__((always_inline)) int8_t *mve_copy(int8_t *to, const int8_t *from, int32_t bytes) {
    int8_t *end = to + bytes;
    __asm volatile("wlstp.8 lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.8 q0, [%[from]], #16\n"
                   "vstrb.8 q0, [%[to]], #16\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [to] "+r"(to), [from] "+r"(from)
                   : [n] "r"(bytes)
                   : "lr", "q0", "memory");
    return end;
}

static inline __attribute__((always_inline)) int8_t *mve_fill(int8_t *to, int32_t value, int32_t bytes) {
    int8_t *end = to + bytes;
    int8x16_t values = vdupq_n_s8((int8_t)value);
    __asm volatile("wlstp.8 lr, %[n], 2f\n"
                   "1:\n"
                   "vstrb.8 %q[values], [%[to]], #16\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [to] "+r"(to)
                   : [n] "r"(bytes), [values] "w"(values)
                   : "lr", "memory");
    return end;
}

// `count` times eight bytes, one into each of eight planes: from `from` on, to `to` on.
static inline __attribute__((always_inline)) void mve_scatter_pixels(const int8_t *from, int32_t step, int8_t *to, int32_t to_step, int32_t count,
                                                                 int32_t plane) {
    uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
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
}

// `count` bytes of one channel, eight at a time.
static inline __attribute__((always_inline)) void mve_scatter_channel(const int8_t *from, int32_t step, int8_t *to, int32_t to_step, int32_t count) {
    uint16x8_t lane = vidupq_n_u16(0, 1);
    uint16x8_t at = vmulq_n_u16(lane, (uint16_t)step), to_at = vmulq_n_u16(lane, (uint16_t)to_step);
    __asm volatile("wlstp.16 lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u16 q0, [%[from], %q[at]]\n"
                   "add %[from], %[step]\n"
                   "vstrb.16 q0, [%[to], %q[to_at]]\n"
                   "add %[to], %[to_step]\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [from] "+r"(from), [to] "+r"(to)
                   : [n] "r"(count), [step] "r"(8 * step), [to_step] "r"(8 * to_step), [at] "w"(at), [to_at] "w"(to_at)
                   : "lr", "q0", "memory");
}

#endif
