// What bilinear resizing in real numbers has in common for float32 and for the first scheme's bytes; their records are alike.
#ifndef MITE_RESIZING_H
#define MITE_RESIZING_H

#include "../kernels/quant.h"
#include "../kernels/real.h"
#include "ops.h"

enum { HALF_PIXEL = 1 };

// size: bytes of a number.
static inline int check_resizing(const mite_check_t *check, const mite_resize_bilinear_f32_t *r, uint32_t size) {
    uint32_t out_pixels = mite_check_product(mite_check_product(r->batches, r->out_h), r->out_w);
    uint32_t in_pixels = mite_check_product(mite_check_product(r->batches, r->in_h), r->in_w);
    // An output pixel lies inside of the picture or not far from it: a place that no int32 holds is none.
    return mite_check_value(check, in_pixels && out_pixels && r->channels, in_pixels, out_pixels)
        && mite_check_value(check, r->scale_h >= 0 && r->scale_h <= 65536.0f && r->scale_w >= 0 && r->scale_w <= 65536.0f, r->in_h, r->in_w)
        && mite_check_items(check, r->input, mite_check_product(in_pixels, r->channels), size, MITE_READ)
        && mite_check_items(check, r->output, mite_check_product(out_pixels, r->channels), size, MITE_WRITE);
}

// Where an output row or column lies between two of the input: the first, the second, and the way from the first.
typedef struct {
    int32_t low, high;
    float part;
} between_t;

static inline between_t between(int32_t place, float scale, int32_t half_pixel, int32_t size) {
    float at = half_pixel ? ((float)place + 0.5f) * scale - 0.5f : (float)place * scale;
    float below = mite_real_floor(at), most = (float)(size - 1);
    // Clamped as numbers, for they might not fit an int32.
    between_t b = {.low = (int32_t)mite_real_clamp(below, 0, most), .high = (int32_t)mite_real_clamp(below < at ? below + 1.0f : below, 0, most)};
    b.part = at - (float)b.low;
    return b;
}

#endif
