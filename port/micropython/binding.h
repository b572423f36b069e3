// What the classes of _mite share. One source for both kinds of build: a user C module, and a native .mpy module, which
// may have no writable statics and reaches MicroPython through a table of functions.
#ifndef MITE_BINDING_H
#define MITE_BINDING_H

#if MICROPY_ENABLE_DYNRUNTIME
#include "py/dynruntime.h"
#else
#include "py/obj.h"
#include "py/runtime.h"
#endif

// xtensa: the .mpy linker cannot relocate a reference into the middle of the qstr table, so hide from the compiler what table it is. A name
// that every MicroPython has is a constant, and needs none.
#if MICROPY_ENABLE_DYNRUNTIME && defined(__xtensa__)
#define MITE_QSTR(q) \
    ({ \
        const uint16_t *hidden_ = mp_native_qstr_table; \
        __asm("" : "+r"(hidden_)); \
        ({ \
            const uint16_t *mp_native_qstr_table = hidden_; \
            (void)mp_native_qstr_table; \
            (q); \
        }); \
    })
#else
#define MITE_QSTR(q) (q)
#endif

// Raises ValueError with these numbers: the mite package makes the text of them.
static inline void binding_raise(size_t count, const mp_obj_t *numbers) {
    mp_obj_t type = mp_load_global(MITE_QSTR(MP_QSTR_ValueError));
    nlr_raise(mp_call_function_n_kw(type, count, 0, numbers));
}

mp_obj_t mite_program_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);
mp_obj_t mite_frontend_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);
mp_obj_t mite_picture_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);

extern const mp_obj_fun_builtin_fixed_t mite_program_bind_obj, mite_program_invoke_obj, mite_program_step_obj,
    mite_program_reset_obj, mite_program_functions_obj;
extern const mp_obj_fun_builtin_var_t mite_frontend_feed_obj;
extern const mp_obj_fun_builtin_fixed_t mite_frontend_reset_obj;
extern const mp_obj_fun_builtin_var_t mite_picture_rows_obj, mite_boxes_grid_obj, mite_boxes_heads_obj;
extern const mp_obj_fun_builtin_fixed_t mite_boxes_suppress_obj;

#endif
