#include "elements.h"
#include "ops.h"

int mite_check_reduce_f32(const mite_check_t *check, const void *record) {
    const mite_reduce_f32_t *r = record;
    return mite_check_value(check, r->flags < MITE_REDUCE_F32_COUNT, r->flags, MITE_REDUCE_F32_COUNT)
        && check_reduction(check, &r->input, r->kept, 4, 4);
}

static void reduce(const mite_reduce_f32_t *r, const uint8_t *in, void *out) {
    float sum = 0, best = *(const float *)(const void *)in;
    int32_t index = 0, best_index = 0, least = r->flags == MITE_REDUCE_F32_MIN || r->flags == MITE_REDUCE_F32_ARG_MIN;
    for (uint32_t i = 0; i < r->reduced[0]; i++) {
        for (uint32_t j = 0; j < r->reduced[1]; j++) {
            const uint8_t *at = in + i * r->reduced_strides[0] + j * r->reduced_strides[1];
            for (uint32_t k = r->reduced[2]; k; k--, at += r->reduced_strides[2], index++) {
                float x = *(const float *)(const void *)at;
                sum += x;
                if (least ? x < best : x > best) {
                    best = x;
                    best_index = index;
                }
            }
        }
    }
    switch (r->flags) {
        case MITE_REDUCE_F32_MEAN:
            *(float *)out = sum / (float)index;
            break;
        case MITE_REDUCE_F32_SUM:
            *(float *)out = sum;
            break;
        case MITE_REDUCE_F32_MAX:
        case MITE_REDUCE_F32_MIN:
            *(float *)out = best;
            break;
        default:
            *(int32_t *)out = best_index;
    }
}

void mite_run_reduce_f32(const mite_model_t *model, const void *record) {
    const mite_reduce_f32_t *r = record;
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->kept[0]; i++) {
        for (uint32_t j = 0; j < r->kept[1]; j++) {
            const uint8_t *at = mite_ref(model, r->input) + i * r->kept_strides[0] + j * r->kept_strides[1];
            for (uint32_t k = r->kept[2]; k; k--, at += r->kept_strides[2], out += 4) {
                reduce(r, at, out);
            }
        }
    }
}
