// The op loop.

#include <string.h>

#include "../ops/ops.h"
#include "mite.h"

static void rewind_program(mite_model_t *model) {
    model->next = model->image + mite_header(model)->program;
    model->left = mite_header(model)->records;
}

void mite_reset(mite_model_t *model) {
    if (mite_header(model)->state_bytes) {
        memset(model->state, 0, mite_header(model)->state_bytes);
    }
    rewind_program(model);
    // What starts as something else has a record of its own.
    const uint8_t *at = model->next;
    for (uint32_t i = 0; i < model->left; i++) {
        const mite_record_t *record = (const mite_record_t *)at;
        if (record->op == MITE_OP_INITIAL_STATE) {
            mite_initial_state_reset(model, record);
        }
        at += record->bytes;
    }
}

int mite_step(mite_model_t *model) {
    if (model->left) {
        const mite_record_t *record = (const mite_record_t *)model->next;
        mite_op(record->op)->run(model, record);
        model->next += record->bytes;
        model->left--;
    }
    if (model->left) {
        return 1;
    }
    rewind_program(model);
    return 0;
}

void mite_invoke(mite_model_t *model) {
    while (mite_step(model)) {
    }
}
