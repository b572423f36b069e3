#include "../kernels/quant.h"
#include "ops.h"

enum { HALF_PIXEL = 1, OF_INT16 = 2, ONE = 1 << 10, HALF = 1 << 19 };

int mite_check_resize_bilinear(const mite_check_t *check, const void *record) {
    const mite_resize_bilinear_t *r = record;
    uint32_t out_pixels = mite_check_product(mite_check_product(r->batches, r->out_h), r->out_w);
    uint32_t size = r->flags & OF_INT16 ? 2 : 1;
    uint32_t in_pixels = mite_check_product(mite_check_product(r->batches, r->in_h), r->in_w);
    return mite_check_value(check, in_pixels && out_pixels && r->channels, in_pixels, out_pixels)
        && mite_check_range(check, r->input, mite_check_product(in_pixels, size * r->channels), size, MITE_READ)
        && mite_check_range(check, r->output, mite_check_product(out_pixels, size * r->channels), size, MITE_WRITE);
}

// Where an output row or column lies between two of the input: the first, the second, and the way from the first times 1024.
typedef struct {
    int32_t low, high, part;
} between_t;

static between_t between(int32_t place, int32_t scale, int32_t half_pixel, int32_t size) {
    int32_t at = place * scale + (half_pixel ? scale / 2 - ONE / 2 : 0);
    between_t b = {.low = mite_quant_clamp(at / ONE, 0, size - 1), .high = mite_quant_clamp((at + ONE - 1) / ONE, 0, size - 1)};
    b.part = at - b.low * ONE; // below 0 before the first centre: then both are the same
    return b;
}

static int32_t number(const mite_resize_bilinear_t *r, const uint8_t *in, int32_t at) {
    return r->flags & OF_INT16 ? ((const int16_t *)(const void *)in)[at] : ((const int8_t *)in)[at];
}

void mite_run_resize_bilinear(const mite_model_t *model, const void *record) {
    const mite_resize_bilinear_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    int32_t row = r->in_w * r->channels, size = r->flags & OF_INT16 ? 2 : 1;
    for (int32_t batch = 0; batch < r->batches; batch++, in += r->in_h * row * size) {
        for (int32_t y = 0; y < r->out_h; y++) {
            between_t v = between(y, r->scale_h, r->flags & HALF_PIXEL, r->in_h);
            for (int32_t x = 0; x < r->out_w; x++) {
                between_t h = between(x, r->scale_w, r->flags & HALF_PIXEL, r->in_w);
                int32_t left = h.low * r->channels, right = h.high * r->channels;
                for (int32_t c = 0; c < r->channels; c++, left++, right++, out += size) {
                    int32_t top = (ONE - h.part) * number(r, in, v.low * row + left) + h.part * number(r, in, v.low * row + right);
                    int32_t bottom = (ONE - h.part) * number(r, in, v.high * row + left) + h.part * number(r, in, v.high * row + right);
                    int64_t sum = (int64_t)(ONE - v.part) * top + (int64_t)v.part * bottom;
                    // Halves go away from zero: down for a negative sum, where the shift rounds down by itself.
                    int32_t value = (int32_t)((sum + (sum > 0 ? HALF : HALF - 1)) >> 20);
                    if (size == 1) {
                        *out = (uint8_t)value;
                    } else {
                        *(int16_t *)(void *)out = (int16_t)value;
                    }
                }
            }
        }
    }
}
