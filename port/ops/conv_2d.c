#include "../kernels/conv_rows_plan.h"
#include "../kernels/quant.h"
#include "convolution.h"

int mite_check_conv_2d(const mite_check_t *check, const void *record) {
    return mite_convolution_check_groups(check, record);
}

void mite_run_conv_2d(const mite_model_t *model, const void *record) {
    mite_conv_t p;
    mite_convolution_parameters(&p, model, record);
    MITE_KERNEL(conv_2d, s8)(&p);
}

enum { ROWS_BYTES_MOST = 1 << 20, ROWS_TOGETHER = 8 };

// What conv_rows.h makes good use of: the pixels under some rows of outputs in words, and a channel's weights. 0 if nothing.
static uint32_t rows_bytes(const mite_conv_2d_t *r) {
    mite_rows_plan_t plan = mite_rows_plan(r->kernel_h, r->kernel_w, r->stride_w, r->in_c);
    uint32_t outputs = r->out_h < ROWS_TOGETHER ? r->out_h : ROWS_TOGETHER, rows = (outputs - 1u) * r->stride_h + r->kernel_h, blocks = r->out_w / 6u + 1;
    uint32_t bytes = product4((uint32_t)plan.row3, rows, blocks, 4);
    return r->groups > 1 || !plan.row3 ? 0 : (bytes < ROWS_BYTES_MOST ? bytes : ROWS_BYTES_MOST) + 4 * (uint32_t)(plan.weights + plan.slack);
}

mite_scratch_t mite_scratch_conv_2d(const mite_conv_2d_t *r) {
    int32_t channels = r->in_c / r->groups, taps = (r->kernel_h * r->kernel_w * channels + 3) & ~3;
    int32_t pixels = mite_quant_clamp(r->batches * r->out_h * r->out_w, MITE_CONV_TILE_LEAST, MITE_CONV_TILE);
    int32_t least = mite_conv_scratch_bytes(taps, channels, MITE_CONV_TILE_LEAST);
    if (r->kernel_h + r->kernel_w + r->stride_h + r->stride_w + r->groups == 5 && r->pad_top + r->pad_left == 0 && r->in_h == r->out_h
        && r->in_w == r->out_w && channels % 4 == 0 && channels >= MITE_CONV_APART_LEAST) {
        least -= MITE_CONV_TILE_LEAST * mite_conv_column_bytes(MITE_CONV_APART);
    }
    uint32_t most = (uint32_t)mite_conv_scratch_bytes(taps, channels, pixels), rows = rows_bytes(r);
    return (mite_scratch_t) {(uint32_t)least, most > rows ? most : rows};
}
