#include "resizing.h"

int mite_check_resize_bilinear_f32(const mite_check_t *check, const void *record) {
    const mite_resize_bilinear_f32_t *r = record;
    return check_resizing(check, r, 4);
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
