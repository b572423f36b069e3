#include "../kernels/table_s16.h"

#include "ops.h"

int mite_check_table_s16(const mite_check_t *check, const void *record) {
    const mite_table_s16_t *r = record;
    uint32_t bytes = mite_check_product(r->count, 2);
    return mite_check_range(check, r->input, bytes, 2, MITE_READ) && mite_check_range(check, r->output, bytes, 2, MITE_WRITE)
        && mite_check_range(check, r->table, 2 * MITE_TABLE_S16_ENTRIES, 2, MITE_READ);
}

void mite_run_table_s16(const mite_model_t *model, const void *record) {
    const mite_table_s16_t *r = record;
    const int16_t *in = (const int16_t *)(const void *)mite_ref(model, r->input);
    const int16_t *table = (const int16_t *)(const void *)mite_ref(model, r->table);
    int16_t *out = (int16_t *)(void *)mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->count; i++) {
        out[i] = mite_table_s16(table, in[i]);
    }
}
