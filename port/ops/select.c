#include "../core/number.h"
#include "elements.h"
#include "ops.h"

int mite_check_select(const mite_check_t *check, const void *record) {
    const mite_select_t *r = record;
    return mite_check_value(check, r->size == 1 || r->size == 2 || r->size == 4 || r->size == 8, r->size, 8)
        && check_elements(check, r->condition, 1, r->dims, r->condition_strides, 4, MITE_READ, STRIDES_ANY)
        && check_elements(check, r->a, r->size, r->dims, r->a_strides, 4, MITE_READ, STRIDES_ANY)
        && check_elements(check, r->b, r->size, r->dims, r->b_strides, 4, MITE_READ, STRIDES_ANY)
        && mite_check_items(check, r->output, element_count(r->dims), r->size, MITE_WRITE);
}

void mite_run_select(const mite_model_t *model, const void *record) {
    const mite_select_t *r = record;
    uint32_t dtype = r->size == 1 ? MITE_DTYPE_UINT8 : r->size == 2 ? MITE_DTYPE_UINT16 : r->size == 4 ? MITE_DTYPE_UINT32 : MITE_DTYPE_INT64;
    uint8_t *out = mite_ref(model, r->output);
    elements_row_t row = {0, 0, 0};
    do {
        const uint8_t *condition = mite_ref(model, r->condition) + element_row(&row, r->condition_strides);
        const uint8_t *a = mite_ref(model, r->a) + element_row(&row, r->a_strides);
        const uint8_t *b = mite_ref(model, r->b) + element_row(&row, r->b_strides);
        for (uint32_t n = r->dims[3]; n; n--, out += r->size) {
            mite_number_store(out, dtype, mite_number_load(*condition ? a : b, dtype));
            condition += r->condition_strides[3];
            a += r->a_strides[3];
            b += r->b_strides[3];
        }
    } while (element_next_row(&row, r->dims));
}
