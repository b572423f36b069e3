#include "resizing.h"

int mite_check_resize_bilinear_up(const mite_check_t *check, const void *record) {
    return check_resizing(check, record, 1);
}

// The number that was uint8 in the file.
static float unsigned_real(int8_t number) {
    return (float)(number + 128);
}

void mite_run_resize_bilinear_up(const mite_model_t *model, const void *record) {
    const mite_resize_bilinear_up_t *r = record;
    const int8_t *in = (const int8_t *)mite_ref(model, r->input);
    int8_t *out = (int8_t *)mite_ref(model, r->output);
    int32_t row = r->in_w * r->channels;
    for (int32_t batch = 0; batch < r->batches; batch++, in += r->in_h * row) {
        for (int32_t y = 0; y < r->out_h; y++) {
            between_t v = between(y, r->scale_h, r->flags & HALF_PIXEL, r->in_h);
            for (int32_t x = 0; x < r->out_w; x++) {
                between_t h = between(x, r->scale_w, r->flags & HALF_PIXEL, r->in_w);
                const int8_t *top = in + v.low * row, *bottom = in + v.high * row;
                for (int32_t c = 0; c < r->channels; c++) {
                    int32_t left = h.low * r->channels + c, right = h.high * r->channels + c;
                    // Term by term in the reference's order; a fraction of a half and more goes up.
                    float sum = unsigned_real(top[left]) * (1.0f - v.part) * (1.0f - h.part)
                        + unsigned_real(bottom[left]) * v.part * (1.0f - h.part);
                    sum = sum + unsigned_real(top[right]) * (1.0f - v.part) * h.part + unsigned_real(bottom[right]) * v.part * h.part + 0.5f;
                    *out++ = (int8_t)((int32_t)mite_real_clamp(sum, 0, 255) - 128);
                }
            }
        }
    }
}
