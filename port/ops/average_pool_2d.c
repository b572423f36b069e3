#include "pooling.h"

int mite_check_average_pool_2d(const mite_check_t *check, const void *record) {
    return check_pooling(check, record);
}

void mite_run_average_pool_2d(const mite_model_t *model, const void *record) {
    mite_pool_t parameters = pooling_parameters(model, record);
    MITE_KERNEL(average_pool_2d, s8)(&parameters);
}
