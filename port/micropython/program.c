// _mite.Program: an image that was checked, and the memory it runs in. `mite.Model` is what users see.

#include "../mite_custom.h"
#include "binding.h"

#include <string.h>

typedef struct {
    mp_obj_base_t base;
    mite_model_t model;
    mp_obj_t image, arena, state; // seen by the garbage collector, and asked again before each use
    mp_obj_t functions;           // a list with one for each CUSTOM record
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
    self->arena = self->state = self->functions = mp_const_none;
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

// The structure of an op in C, if that is what a buffer holds.
static bool native_op(mp_obj_t function, mite_custom_op_t *op) {
    mp_buffer_info_t buffer;
    if (!mp_get_buffer(function, &buffer, MP_BUFFER_READ) || buffer.len != sizeof(*op)) {
        return false;
    }
    memcpy(op, buffer.buf, sizeof(*op));
    return op->magic == MITE_CUSTOM_MAGIC;
}

// Does what the CUSTOM record asks for that comes next. What it calls may run the model itself, or raise an error: then the next
// inference begins at the first op.
static int call(mp_obj_t self_in) {
    program_t *self = MP_OBJ_TO_PTR(self_in);
    const uint8_t *next = self->model.next;
    mite_custom_call_t here = {&self->model, (const mite_custom_t *)next};
    mp_obj_t number = MP_OBJ_NEW_SMALL_INT(here.record->number);
    mite_rewind(&self->model);
    if (self->functions == mp_const_none) {
        mp_raise_ValueError(MP_ERROR_TEXT("the model has custom ops: functions() first"));
    }
    mp_obj_t function = mp_obj_subscr(self->functions, number, MP_OBJ_SENTINEL);
    mite_custom_op_t op;
    if (native_op(function, &op)) {
        op.run(&here);
    } else {
        mp_call_function_n_kw(function, 0, 0, NULL);
        ready(self_in);
    }
    self->model.next = next;
    return mite_called(&self->model);
}

static int step(mp_obj_t self_in) {
    mite_model_t *model = &((program_t *)MP_OBJ_TO_PTR(self_in))->model;
    const uint8_t *before = model->next;
    int next = mite_step(model);
    if (next == MITE_CALL) {
        return call(self_in);
    }
#if !MICROPY_ENABLE_DYNRUNTIME
    if (next == MITE_MORE && model->next <= before) {
        // The program went back: there is no end to some loops, and Ctrl-C must end them.
        before = model->next;
        mite_rewind(model);
        mp_handle_pending(true);
        ready(self_in);
        model->next = before;
    }
#else
    (void)before;
#endif
    return next;
}

static mp_obj_t program_invoke(mp_obj_t self_in) {
    ready(self_in);
    while (step(self_in) == MITE_MORE) {
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_invoke_obj, program_invoke);

// One op; True while there is more.
static mp_obj_t program_step(mp_obj_t self_in) {
    ready(self_in);
    return step(self_in) == MITE_MORE ? mp_const_true : mp_const_false;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_step_obj, program_step);

static mp_obj_t program_reset(mp_obj_t self_in) {
    mite_reset(ready(self_in));
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_program_reset_obj, program_reset);

// functions(list): what CUSTOM records call, by their numbers: functions without arguments, and structures of ops in C, which are
// asked whether they can do what this model wants. The list must stay.
static mp_obj_t program_functions(mp_obj_t self_in, mp_obj_t functions) {
    program_t *self = MP_OBJ_TO_PTR(self_in);
    ready(self_in);
    for (const uint8_t *at = self->model.base[MITE_SPACE_CONSTANT] + mite_header(&self->model)->program; at < self->model.end;
         at += ((const mite_record_t *)at)->bytes) {
        mite_custom_call_t here = {&self->model, (const mite_custom_t *)at};
        mite_custom_op_t op;
        if (*at == MITE_OP_CUSTOM
            && native_op(mp_obj_subscr(functions, MP_OBJ_NEW_SMALL_INT(here.record->number), MP_OBJ_SENTINEL), &op)) {
            const char *wrong = mite_custom_wrong(&here, &op);
            if (wrong) {
                size_t length = 0; // a native module has no strlen, and gcc must not see that this is one
                for (const volatile char *letter = wrong; *letter; letter++) {
                    length++;
                }
                mp_obj_t what[2] = {mp_obj_new_str(wrong, length), MP_OBJ_NEW_SMALL_INT(here.record->number)};
                binding_raise(2, what);
            }
        }
    }
    self->functions = functions;
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_2(mite_program_functions_obj, program_functions);
