#include <string.h>

#include "../core/number.h"
#include "ops.h"

enum { RANK = 6 };

int mite_check_window(const mite_check_t *check, const void *record) {
    const mite_window_t *r = record;
    uint32_t whole = r->itemsize, box = r->itemsize;
    for (uint32_t i = 0; i < RANK; i++) {
        if (!mite_check_value(check, r->box[i] && r->box[i] <= r->dims[i] && (i >= r->first || r->dims[i] == 1), r->box[i], r->dims[i])) {
            return 0;
        }
        whole = mite_check_product(whole, r->dims[i]);
        box = mite_check_product(box, r->box[i]);
    }
    int writes = r->flags == MITE_WINDOW_WRITE;
    return mite_check_value(check, r->flags < MITE_WINDOW_COUNT && r->itemsize && r->itemsize <= 8, r->flags, r->itemsize)
        && mite_check_value(check, r->first <= RANK && (r->begin_size == 4 || r->begin_size == 8), r->first, r->begin_size)
        && mite_check_range(check, r->begin, (RANK - r->first) * r->begin_size, 4, MITE_READ)
        && mite_check_range(check, r->input, writes ? box : whole, 1, MITE_READ)
        && mite_check_range(check, r->output, writes ? whole : box, 1, MITE_WRITE);
}

// Where in the larger tensor the box begins, in bytes, once its index is one that leaves it inside.
static uint32_t box_begin(const mite_model_t *model, const mite_window_t *r) {
    const uint8_t *begin = mite_ref(model, r->begin);
    uint32_t at = 0;
    for (uint32_t i = r->first; i < RANK; i++, begin += r->begin_size) {
        int64_t index = mite_number_load(begin, r->begin_size == 8 ? MITE_DTYPE_INT64 : MITE_DTYPE_INT32), most = r->dims[i] - r->box[i];
        at = at * r->dims[i] + (uint32_t)(index < 0 ? 0 : index > most ? most : index);
    }
    return at * r->itemsize;
}

void mite_run_window(const mite_model_t *model, const void *record) {
    const mite_window_t *r = record;
    int writes = r->flags == MITE_WINDOW_WRITE;
    uint8_t *dense = mite_ref(model, writes ? r->input : r->output);
    uint8_t *whole = mite_ref(model, writes ? r->output : r->input) + box_begin(model, r);
    uint32_t index[RANK] = {0}, run = r->box[RANK - 1] * r->itemsize;
    for (;;) {
        uint32_t at = 0;
        for (uint32_t i = 0; i < RANK; i++) {
            at = at * r->dims[i] + index[i];
        }
        at *= r->itemsize;
        memmove(writes ? whole + at : dense, writes ? dense : whole + at, run);
        dense += run;
        uint32_t axis = RANK - 1;
        while (axis--) {
            if (++index[axis] < r->box[axis]) {
                break;
            }
            index[axis] = 0;
        }
        if (axis >= RANK) { // all have been
            return;
        }
    }
}
