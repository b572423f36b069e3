// The table of ops, in the order of their numbers.

#include "ops.h"

const mite_op_t *mite_op(uint32_t number) {
#define MITE_ENTRY(NAME, name) [MITE_OP_##NAME] = {mite_check_##name, mite_run_##name, sizeof(mite_##name##_t)},
    static const mite_op_t table[] = {MITE_OPS(MITE_ENTRY)};
#undef MITE_ENTRY
    return number < sizeof(table) / sizeof(table[0]) && table[number].run ? &table[number] : NULL;
}

mite_scratch_t mite_scratch(const void *record) {
    switch (((const mite_record_t *)record)->op) {
#define MITE_CASE(NAME, name) \
    case MITE_OP_##NAME: \
        return mite_scratch_##name(record);
        MITE_SCRATCH_OPS(MITE_CASE)
#undef MITE_CASE
    }
    return (mite_scratch_t) {0, 0};
}
