#include "lstm.h"

int mite_check_lstm_s16(const mite_check_t *check, const void *record) {
    const mite_lstm_s16_t *r = record;
    for (int gate = 0; gate < GATES; gate++) {
        int32_t most = mite_quant_max(r->input_shift[gate], r->hidden_shift[gate]);
        if (!mite_check_value(check, most <= MITE_QUANT_WIDE_SHIFT_MOST, (uint32_t)most, MITE_QUANT_WIDE_SHIFT_MOST)) {
            return 0;
        }
    }
    return check_lstm(check, record, 2);
}

mite_scratch_t mite_scratch_lstm_s16(const mite_lstm_s16_t *r) {
    return (mite_scratch_t) {2 * GATES * r->units, 2 * GATES * r->units};
}

void mite_run_lstm_s16(const mite_model_t *model, const void *record) {
    run_lstm(model, record, 2);
}
