// The interpreter: validates an image once, then walks its program in an arena the caller owns.
// It allocates nothing, keeps no globals, and reads weights where they lie.
//
//     mite_model_t model;
//     mite_fault_t fault;
//     if (mite_load(&model, image, image_bytes, &fault)) { ... fault says what and where ... }
//     if (mite_bind(&model, arena, arena_bytes, state, state_bytes, &fault)) { ... }
//     ... write the input ... mite_invoke(&model); ... read the output ...
// mite_invoke() is all there is to it for a model without ops of its own (CUSTOM).
#ifndef MITE_H
#define MITE_H

#include <stddef.h>
#include <stdint.h>

#include "format.h"

// What is wrong: one of MITE_ERR_*, the op it was found in (or -1), and two numbers for the text (see SPEC.md).
typedef struct {
    int32_t code;
    int32_t record; // position in the program, or -1
    int32_t op;     // op number, or -1
    uint32_t a, b;
} mite_fault_t;

// A loaded model. The image must stay as it is for as long as the model is used.
typedef struct {
    // Where each space of references begins: arena (NULL until bound), image (only ever read), state, nothing.
    uint8_t *base[MITE_SPACES];
    const uint8_t *next; // the op record that the next step runs
    const uint8_t *end;  // what lies behind the last one
} mite_model_t;

static inline const mite_header_t *mite_header(const mite_model_t *model) {
    return (const mite_header_t *)(const void *)model->base[MITE_SPACE_CONSTANT];
}

// Checks every byte that the interpreter will rely on. `bytes` may be more than the image is long (a flash partition).
// The image must lie at a multiple of 4. Returns MITE_OK or an error, which is also in `fault`.
int mite_load(mite_model_t *model, const void *image, size_t bytes, mite_fault_t *fault);

// Gives a loaded model its memory, both at a multiple of 4: at least header.arena_bytes and header.state_bytes.
// `state` may be NULL where state_bytes is 0. Clears the state.
int mite_bind(mite_model_t *model, void *arena, size_t arena_bytes, void *state, size_t state_bytes, mite_fault_t *fault);

// Puts the state of a streaming model back to its start, and an inference under way back to its first op.
void mite_reset(mite_model_t *model);

// Puts an inference under way back to its first op; the state stays as it is.
void mite_rewind(mite_model_t *model);

// What is to be done next in an inference: nothing, as it is complete; another step; or what the CUSTOM record at model->next asks for.
enum { MITE_DONE, MITE_MORE, MITE_CALL };

// Runs one op. One that is CUSTOM is not run: the caller does it (../mite_custom.h helps), calls mite_called(), and goes on.
int mite_step(mite_model_t *model);

// Runs one inference, or the rest of one that mite_step began: until MITE_DONE or MITE_CALL.
int mite_invoke(mite_model_t *model);

// Goes on behind the CUSTOM record that was done.
int mite_called(mite_model_t *model);

// The bytes that a reference stands for.
static inline uint8_t *mite_ref(const mite_model_t *model, mite_ref_t ref) {
    return model->base[ref >> MITE_REF_SHIFT] + (ref & MITE_REF_OFFSET);
}

#endif
