#include "../kernels/quant.h"
#include "../kernels/real.h"
#include "ops.h"

enum { HALF_PIXEL = 1 };

int mite_check_resize_bilinear_f32(const mite_check_t *check, const void *record) {
    const mite_resize_bilinear_f32_t *r = record;
    uint32_t out_pixels = mite_check_product(mite_check_product(r->batches, r->out_h), r->out_w);
    uint32_t in_pixels = mite_check_product(mite_check_product(r->batches, r->in_h), r->in_w);
    // An output pixel lies inside of the picture or not far from it: a place that no int32 holds is none.
    return mite_check_value(check, in_pixels && out_pixels && r->channels, in_pixels, out_pixels)
        && mite_check_value(check, r->scale_h >= 0 && r->scale_h <= 65536.0f && r->scale_w >= 0 && r->scale_w <= 65536.0f, r->in_h, r->in_w)
        && mite_check_range(check, r->input, mite_check_product(mite_check_product(in_pixels, r->channels), 4), 4, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(mite_check_product(out_pixels, r->channels), 4), 4, MITE_WRITE);
}

// Where an output row or column lies between two of the input: the first, the second, and the way from the first.
typedef struct {
    int32_t low, high;
    float part;
} between_t;

static between_t between(int32_t place, float scale, int32_t half_pixel, int32_t size) {
    float at = half_pixel ? ((float)place + 0.5f) * scale - 0.5f : (float)place * scale;
    float below = mite_real_floor(at), most = (float)(size - 1);
    // Clamped as numbers, for they might not fit an int32.
    between_t b = {.low = (int32_t)mite_real_clamp(below, 0, most), .high = (int32_t)mite_real_clamp(below < at ? below + 1.0f : below, 0, most)};
    b.part = at - (float)b.low;
    return b;
}

void mite_run_resize_bilinear_f32(const mite_model_t *model, const void *record) {
    const mite_resize_bilinear_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input);
    float *out = (float *)(void *)mite_ref(model, r->output);
    int32_t row = r->in_w * r->channels;
    for (int32_t batch = 0; batch < r->batches; batch++, in += r->in_h * row) {
        for (int32_t y = 0; y < r->out_h; y++) {
            between_t v = between(y, r->scale_h, r->flags & HALF_PIXEL, r->in_h);
            for (int32_t x = 0; x < r->out_w; x++) {
                between_t h = between(x, r->scale_w, r->flags & HALF_PIXEL, r->in_w);
                const float *top = in + v.low * row, *bottom = in + v.high * row;
                for (int32_t c = 0; c < r->channels; c++) {
                    int32_t left = h.low * r->channels + c, right = h.high * r->channels + c;
                    // Term by term in the reference's order.
                    float sum = top[left] * (1.0f - v.part) * (1.0f - h.part) + bottom[left] * v.part * (1.0f - h.part);
                    *out++ = sum + top[right] * (1.0f - v.part) * h.part + bottom[right] * v.part * h.part;
                }
            }
        }
    }
}
