#include <string.h>

#include "ops.h"

int mite_check_fill(const mite_check_t *check, const void *record) {
    const mite_fill_t *r = record;
    return mite_check_value(check, r->count && (r->size == 1 || r->size == 2 || r->size == 4), r->count, r->size)
        && mite_check_items(check, r->output, r->count, r->size, MITE_WRITE);
}

void mite_run_fill(const mite_model_t *model, const void *record) {
    const mite_fill_t *r = record;
    uint8_t *out = mite_ref(model, r->output);
    if (r->size == 1) {
        memset(out, (int)r->value, r->count);
        return;
    }
    for (uint32_t i = 0; i < r->count; i++, out += r->size) {
        memcpy(out, &r->value, r->size); // little-endian: the low bytes come first
    }
}
