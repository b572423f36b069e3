#include "lstm.h"

int mite_check_lstm(const mite_check_t *check, const void *record) {
    return check_lstm(check, record, 1);
}

mite_scratch_t mite_scratch_lstm(const mite_lstm_t *r) {
    return (mite_scratch_t) {2 * GATES * r->units, 2 * GATES * r->units};
}

void mite_run_lstm(const mite_model_t *model, const void *record) {
    run_lstm(model, record, 1);
}
