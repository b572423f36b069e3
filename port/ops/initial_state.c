#include "ops.h"

int mite_check_initial_state(const mite_check_t *check, const void *record) {
    const mite_initial_state_t *r = record;
    return mite_check_value(check, r->count && r->size, r->count, r->size)
        && mite_check_value(check, (r->output >> MITE_REF_SHIFT) == MITE_SPACE_STATE, r->output, 0)
        && mite_check_value(check, (r->value >> MITE_REF_SHIFT) == MITE_SPACE_CONSTANT, r->value, 0)
        && mite_check_range(check, r->output, mite_check_product(r->count, r->size), 1, MITE_WRITE)
        && mite_check_range(check, r->value, r->size, 1, MITE_READ);
}

void mite_run_initial_state(const mite_model_t *model, const void *record) {
    (void)model;
    (void)record;
}

void mite_initial_state_reset(const mite_model_t *model, const void *record) {
    const mite_initial_state_t *r = record;
    const uint8_t *value = mite_ref(model, r->value);
    uint8_t *out = mite_ref(model, r->output);
    for (uint32_t i = 0; i < r->count; i++) {
        for (uint32_t j = 0; j < r->size; j++) {
            *out++ = value[j];
        }
    }
}
