#include "ops.h"

int mite_check_custom(const mite_check_t *check, const void *record) {
    const mite_custom_t *r = record;
    uint32_t at = (uint32_t)((const uint8_t *)record - check->image), end = at + r->bytes;
    if (!mite_check_value(check, r->name_bytes && r->flags <= 1 && r->bytes % 4 == 0, r->name_bytes, r->flags)
        || !mite_check_range(check, r->name, r->name_bytes, 1, MITE_READ)
        || !mite_check_value(check, (r->name >> MITE_REF_SHIFT) == MITE_SPACE_CONSTANT, r->name, 0)
        || (r->options_bytes
            && (!mite_check_range(check, r->options, r->options_bytes, 1, MITE_READ)
                || !mite_check_value(check, (r->options >> MITE_REF_SHIFT) == MITE_SPACE_CONSTANT, r->options, 0)))) {
        return 0;
    }
    at += sizeof(*r);
    for (uint32_t i = 0; i < (uint32_t)r->inputs + r->outputs; i++) {
        const mite_tensor_t *tensor = (const mite_tensor_t *)(check->image + at);
        uint32_t bytes = mite_check_tensor(check, at, end);
        int absent = bytes && i < r->inputs && (tensor->data >> MITE_REF_SHIFT) == MITE_SPACE_NONE && !tensor->bytes;
        if (!bytes || (!absent && !mite_check_range(check, tensor->data, tensor->bytes, 4, i < r->inputs ? MITE_READ : MITE_WRITE))) {
            return 0;
        }
        at += bytes;
    }
    return mite_check_value(check, at == end, at, end);
}

void mite_run_custom(const mite_model_t *model, const void *record) {
    (void)model;
    (void)record; // mite_step leaves it to whoever called it
}
