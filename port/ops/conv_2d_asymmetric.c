// sum(x * (w - z)) = sum(x * w) - z * sum(x), and the second part is the same for all channels of a pixel: it goes into their biases.

#include "columns.h"

int mite_check_conv_2d_asymmetric(const mite_check_t *check, const void *record) {
    const mite_conv_2d_asymmetric_t *r = record;
    return mite_check_value(check, r->flags & MITE_SHARED, r->flags, MITE_SHARED) && mite_convolution_check_groups(check, record);
}

void mite_run_conv_2d_asymmetric(const mite_model_t *model, const void *record) {
    const mite_conv_2d_asymmetric_t *r = record;
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    int32_t taps = column_taps(record), row = column_bytes(record), outputs = p.out_c / p.groups;
    int32_t *bias = p.scratch;
    int8_t *column = (int8_t *)(bias + outputs);
    mite_dense_t dense = {.input = column, .output = p.output, .requant = p.requant, .batches = 1, .depth = taps, .outputs = outputs};
    dense.requant.bias = bias;
    for (int32_t b = 0; b < p.batches; b++, p.input += p.in_h * p.in_w * p.in_c) {
        for (int32_t oy = 0; oy < p.out_h; oy++) {
            for (int32_t ox = 0; ox < p.out_w; ox++) {
                for (int32_t g = 0; g < p.groups; g++, dense.output += outputs) {
                    gather_column(&p, p.input + g * (p.in_c / p.groups), oy * p.stride_h - p.pad_top, ox * p.stride_w - p.pad_left, column);
                    int32_t sum = 0;
                    for (int32_t i = 0; i < taps; i++) {
                        sum += column[i];
                    }
                    sum *= r->filter_zero_point;
                    for (int32_t i = 0; i < outputs; i++) {
                        bias[i] = p.requant.bias[g * outputs + i] - sum;
                    }
                    dense.filter = p.filter + g * outputs * row;
                    MITE_KERNEL(fully_connected, s8)(&dense);
                }
            }
        }
    }
}

mite_scratch_t mite_scratch_conv_2d_asymmetric(const mite_conv_2d_asymmetric_t *r) {
    uint32_t bytes = 4 * (r->out_c / r->groups) + (uint32_t)column_bytes((const mite_conv_2d_t *)r);
    return (mite_scratch_t) {bytes, bytes};
}
