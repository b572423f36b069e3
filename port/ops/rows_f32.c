#include "../kernels/real.h"
#include "ops.h"

int mite_check_rows_f32(const mite_check_t *check, const void *record) {
    const mite_rows_f32_t *r = record;
    uint32_t bytes = mite_check_product(mite_check_product(r->rows, r->depth), 4);
    return mite_check_value(check, r->flags < MITE_ROWS_F32_COUNT, r->flags, MITE_ROWS_F32_COUNT)
        && mite_check_value(check, r->rows && r->depth, r->rows, r->depth)
        && mite_check_range(check, r->input, bytes, 4, MITE_READ) && mite_check_range(check, r->output, bytes, 4, MITE_WRITE);
}

static float largest(const float *row, uint32_t count) {
    float most = *row++;
    for (; --count; row++) {
        most = most < *row ? *row : most;
    }
    return most;
}

static void softmax(const float *in, float *out, uint32_t count, float beta) {
    float most = largest(in, count), sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = mite_real_exp((in[i] - most) * beta);
        sum += out[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        out[i] /= sum;
    }
}

static void log_softmax(const float *in, float *out, uint32_t count) {
    float most = largest(in, count), sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += mite_real_exp(in[i] - most);
    }
    sum = mite_real_log(sum);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = in[i] - most - sum;
    }
}

static void l2_normalization(const float *in, float *out, uint32_t count) {
    float sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += in[i] * in[i];
    }
    float length = mite_real_sqrt(sum);
    length = length < 1e-6f ? 1e-6f : length; // as in the reference: what is all zeros stays so
    for (uint32_t i = 0; i < count; i++) {
        out[i] = in[i] / length;
    }
}

void mite_run_rows_f32(const mite_model_t *model, const void *record) {
    const mite_rows_f32_t *r = record;
    const float *in = (const float *)(const void *)mite_ref(model, r->input);
    float *out = (float *)(void *)mite_ref(model, r->output);
    for (uint32_t row = 0; row < r->rows; row++, in += r->depth, out += r->depth) {
        switch (r->flags) {
            case MITE_ROWS_F32_SOFTMAX:
                softmax(in, out, r->depth, r->beta);
                break;
            case MITE_ROWS_F32_LOG_SOFTMAX:
                log_softmax(in, out, r->depth);
                break;
            default:
                l2_normalization(in, out, r->depth);
        }
    }
}
