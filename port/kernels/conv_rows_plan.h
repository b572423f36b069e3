// What memory conv_rows.h uses, for those who give it.
#ifndef MITE_CONV_ROWS_PLAN_H
#define MITE_CONV_ROWS_PLAN_H

#include <stdint.h>

enum { ROWS_WIDEST = 16 };

// All is 0 where a kernel is too narrow to gain, or too wide.
typedef struct {
    int32_t chains, singles; // steps of a kernel row, for each input channel
    int32_t slack;           // 3 where singles do not come in pairs: words that are read behind all pixels
    int32_t weights;         // words of one output channel's weights
    int32_t row3, row2;      // words of one row of pixels in a block of three, of two positions
} mite_rows_plan_t;

// The taps of a kernel row fall into `stride_w` classes, those that meet the same pixels. In each of them two neighbours share a word, an
// odd one comes first and alone; two such words that follow each other are a chain, which meets the same pixels one position later.
static inline mite_rows_plan_t mite_rows_plan(int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t channels) {
    mite_rows_plan_t plan = {0, 0, 0, 0, 0, 0};
    for (int32_t i = 0; i < stride_w && i < kernel_w; i++) {
        int32_t words = ((kernel_w - i + stride_w - 1) / stride_w + 1) / 2;
        plan.chains += words / 2;
        plan.singles += words % 2;
    }
    if (kernel_w > ROWS_WIDEST || 2 * kernel_w < 3 * (2 * plan.chains + plan.singles)) {
        return (mite_rows_plan_t) {0, 0, 0, 0, 0, 0};
    }
    plan.slack = kernel_h * channels * plan.singles % 2 ? 3 : 0;
    plan.weights = kernel_h * channels * (2 * plan.chains + plan.singles) + plan.slack / 3;
    plan.row3 = channels * (4 * plan.chains + 3 * plan.singles);
    plan.row2 = channels * (3 * plan.chains + 2 * plan.singles);
    return plan;
}

#endif
