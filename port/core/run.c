// The op loop.

#include "../ops/ops.h"
#include "mite.h"

void mite_rewind(mite_model_t *model) {
    model->next = model->base[MITE_SPACE_CONSTANT] + mite_header(model)->program;
}

void mite_reset(mite_model_t *model) {
    uint8_t *state = model->base[MITE_SPACE_STATE];
    for (uint32_t bytes = mite_header(model)->state_bytes; bytes; bytes--) {
        *state++ = 0;
    }
    mite_rewind(model);
    // What starts as something else has a record of its own.
    for (const uint8_t *at = model->next; at < model->end;) {
        const mite_record_t *record = (const mite_record_t *)at;
        if (record->op == MITE_OP_INITIAL_STATE) {
            mite_initial_state_reset(model, record);
        }
        at += record->bytes;
    }
}

// The record behind this one, or where it leads to.
static const uint8_t *following(const mite_model_t *model, const mite_record_t *record) {
    if (record->op == MITE_OP_JUMP) {
        const mite_jump_t *jump = (const mite_jump_t *)record;
        if (!*mite_ref(model, jump->condition)) {
            return model->base[MITE_SPACE_CONSTANT] + jump->target;
        }
    }
    return (const uint8_t *)record + record->bytes;
}

int mite_called(mite_model_t *model) {
    if (model->next < model->end) {
        model->next = following(model, (const mite_record_t *)model->next);
    }
    if (model->next < model->end) {
        return MITE_MORE;
    }
    mite_rewind(model);
    return MITE_DONE;
}

int mite_step(mite_model_t *model) {
    if (model->next < model->end) {
        const mite_record_t *record = (const mite_record_t *)model->next;
        if (record->op == MITE_OP_CUSTOM) {
            return MITE_CALL;
        }
        mite_op(record->op)->run(model, record);
    }
    return mite_called(model);
}

int mite_invoke(mite_model_t *model) {
    int next;
    do {
        next = mite_step(model);
    } while (next == MITE_MORE);
    return next;
}
