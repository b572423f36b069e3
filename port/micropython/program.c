// _mite.Program: an image that was checked, and the memory it runs in. `mite.Model` is what users see.

#include "../core/mite.h"
#include "binding.h"

typedef struct {
    mp_obj_base_t base;
    mite_model_t model;
    mp_obj_t image, arena, state; // seen by the garbage collector, and asked again before each use
} program_t;

static void raise_fault(const mite_fault_t *fault) {
    mp_obj_t numbers[5] = {
        MP_OBJ_NEW_SMALL_INT(fault->code), MP_OBJ_NEW_SMALL_INT(fault->record), MP_OBJ_NEW_SMALL_INT(fault->op),
        mp_obj_new_int_from_uint(fault->a), mp_obj_new_int_from_uint(fault->b),
    };
    binding_raise(5, numbers);
}

// Program(image): checks all of it.
mp_obj_t mite_program_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 1, 1, false);
    mp_buffer_info_t image;
    mp_get_buffer_raise(args[0], &image, MP_BUFFER_READ);
    program_t *self = mp_obj_malloc(program_t, type);
    self->image = args[0];
    self->arena = self->state = mp_const_none;
    mite_fault_t fault;
    if (mite_load(&self->model, image.buf, image.len, &fault)) {
        raise_fault(&fault);
    }
    return MP_OBJ_FROM_PTR(self);
}

// bind(arena, state): the memory to run in. It must not be resized afterwards.
static mp_obj_t program_bind(mp_obj_t self_in, mp_obj_t arena_in, mp_obj_t state_in) {
    program_t *self = MP_OBJ_TO_PTR(self_in);
    mp_buffer_info_t arena, state;
    mp_get_buffer_raise(arena_in, &arena, MP_BUFFER_WRITE);
    mp_get_buffer_raise(state_in, &state, MP_BUFFER_WRITE);
    mite_fault_t fault;
    if (mite_bind(&self->model, arena.buf, arena.len, state.buf, state.len, &fault)) {
        raise_fault(&fault);
    }
    self->arena = arena_in;
    self->state = state_in;
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_3(mite_program_bind_obj, program_bind);

// Is this buffer still where it was? A bytearray that grew may have left its memory to others.
static void check_place(mp_obj_t buffer_in, const uint8_t *place, size_t bytes) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(buffer_in, &buffer, MP_BUFFER_READ);
    if (bytes && (buffer.buf != place || buffer.len < bytes)) {
        mp_raise_ValueError(MP_ERROR_TEXT("a buffer of the model was resized or moved"));
    }
}

static mite_model_t *ready(mp_obj_t self_in) {
    program_t *self = MP_OBJ_TO_PTR(self_in);
    if (self->arena == mp_const_none) {
        mp_raise_ValueError(MP_ERROR_TEXT("bind an arena first"));
    }
    check_place(self->image, self->model.base[MITE_SPACE_CONSTANT], sizeof(mite_header_t));
    const mite_header_t *header = mite_header(&self->model);
    check_place(self->image, self->model.base[MITE_SPACE_CONSTANT], header->length);
    check_place(self->arena, self->model.base[MITE_SPACE_ARENA], header->arena_bytes);
    check_place(self->state, self->model.base[MITE_SPACE_STATE], header->state_bytes);
    return &self->model;
}

static mp_obj_t program_invoke(mp_obj_t self_in) {
    mite_invoke(ready(self_in));
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_invoke_obj, program_invoke);

// One op; True while there is more.
static mp_obj_t program_step(mp_obj_t self_in) {
    return mite_step(ready(self_in)) ? mp_const_true : mp_const_false;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_step_obj, program_step);

static mp_obj_t program_reset(mp_obj_t self_in) {
    mite_reset(ready(self_in));
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_reset_obj, program_reset);
