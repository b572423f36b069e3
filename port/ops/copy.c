#include "ops.h"
#include "runs.h"
#include "strides.h"

enum { OUTER = MITE_COPY_RANK - 1 };

int mite_check_copy(const mite_check_t *check, const void *record) {
    const mite_copy_t *r = record;
    return check_strides(check, r->input, r->run, r->dims, r->input_strides, OUTER, MITE_READ, STRIDES_ANY)
        && check_strides(check, r->output, r->run, r->dims, r->output_strides, OUTER, MITE_WRITE, STRIDES_ONCE);
}

void mite_run_copy(const mite_model_t *model, const void *record) {
    const mite_copy_t *r = record;
    const uint8_t *in = mite_ref(model, r->input);
    uint8_t *out = mite_ref(model, r->output);
    uint32_t index[OUTER - 1] = {0};
    for (;;) {
        copy_runs(out, in, r->run, r->dims[OUTER - 1], r->output_strides[OUTER - 1], r->input_strides[OUTER - 1]);
        int axis = OUTER - 2;
        for (; axis >= 0; axis--) {
            in += r->input_strides[axis];
            out += r->output_strides[axis];
            if (++index[axis] < r->dims[axis]) {
                break;
            }
            in -= (int32_t)(r->dims[axis] * (uint32_t)r->input_strides[axis]);
            out -= (int32_t)(r->dims[axis] * (uint32_t)r->output_strides[axis]);
            index[axis] = 0;
        }
        if (axis < 0) {
            return;
        }
    }
}
