// The ops: for each one file with its check (at load) and its run.
#ifndef MITE_OPS_H
#define MITE_OPS_H

#include "../core/check.h"
#include "../core/mite.h"
#include "select.h"

typedef struct {
    // Is all that run() will touch inside its memory, and every parameter one that it can do? 1, or 0 with the fault noted.
    int (*check)(const mite_check_t *check, const void *record);
    void (*run)(const mite_model_t *model, const void *record);
    uint32_t bytes; // of the record
} mite_op_t;

// What an op wants of scratch memory: at least `least` bytes (0: it can do without), and no more than `most`, with which it is fastest.
// The same on every board, so that one image runs on all of them. `record` is a checked record, or one whose references are still 0.
typedef struct {
    uint32_t least, most;
} mite_scratch_t;

mite_scratch_t mite_scratch(const void *record);

// The op with this number, or NULL if this build lacks it.
const mite_op_t *mite_op(uint32_t number);

#define MITE_DECLARE(NAME, name) \
    int mite_check_##name(const mite_check_t *check, const void *record); \
    void mite_run_##name(const mite_model_t *model, const void *record);
MITE_OPS(MITE_DECLARE)
#undef MITE_DECLARE

// Writes the initial value of an INITIAL_STATE record.
void mite_initial_state_reset(const mite_model_t *model, const void *record);

#define MITE_DECLARE(NAME, name) mite_scratch_t mite_scratch_##name(const mite_##name##_t *record);
MITE_SCRATCH_OPS(MITE_DECLARE)
#undef MITE_DECLARE

#endif
