#include "ops.h"
#include "runs.h"
#include "strides.h"

int mite_check_copy_rows(const mite_check_t *check, const void *record) {
    const mite_copy_rows_t *r = record;
    return check_strides(check, r->input, r->run, &r->count, &r->input_stride, 1, MITE_READ, STRIDES_ANY)
        && check_strides(check, r->output, r->run, &r->count, &r->output_stride, 1, MITE_WRITE, STRIDES_ONCE);
}

void mite_run_copy_rows(const mite_model_t *model, const void *record) {
    const mite_copy_rows_t *r = record;
    copy_runs(mite_ref(model, r->output), mite_ref(model, r->input), r->run, r->count, r->output_stride, r->input_stride);
}
