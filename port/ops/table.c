#include "ops.h"

int mite_check_table(const mite_check_t *check, const void *record) {
    const mite_table_t *r = record;
    return mite_check_range(check, r->input, r->count, 1, MITE_READ) && mite_check_range(check, r->output, r->count, 1, MITE_WRITE)
        && mite_check_range(check, r->table, 256, 1, MITE_READ);
}

void mite_run_table(const mite_model_t *model, const void *record) {
    const mite_table_t *r = record;
    const uint8_t *in = mite_ref(model, r->input), *table = mite_ref(model, r->table);
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->count; i++) {
        out[i] = table[in[i]];
    }
}
