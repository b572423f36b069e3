// The modules _mite and, for native code, _mite_sensors, which has the two parts that _mite was made without.

#include "binding.h"

// A class's methods: X(name, function object). The names stand in full: the .mpy linker looks for them in this file's text.
#define PROGRAM_METHODS(X) \
    X(MP_QSTR_bind, mite_program_bind_obj) \
    X(MP_QSTR_invoke, mite_program_invoke_obj) \
    X(MP_QSTR_step, mite_program_step_obj) \
    X(MP_QSTR_reset, mite_program_reset_obj) \
    X(MP_QSTR_functions, mite_program_functions_obj)

#define FRONTEND_METHODS(X) \
    X(MP_QSTR_feed, mite_frontend_feed_obj) \
    X(MP_QSTR_reset, mite_frontend_reset_obj)

#define PICTURE_METHODS(X) X(MP_QSTR_rows, mite_picture_rows_obj)

// Functions of the module itself.
#define BOXES_FUNCTIONS(X) \
    X(MP_QSTR_grid, mite_boxes_grid_obj) \
    X(MP_QSTR_heads, mite_boxes_heads_obj) \
    X(MP_QSTR_suppress, mite_boxes_suppress_obj)

#if MICROPY_ENABLE_DYNRUNTIME

#include <string.h>

#if !defined(__riscv) // where the C library that is linked has them
// gcc makes calls of these; MicroPython has them.
void *memset(void *to, int value, size_t bytes) {
    return mp_fun_table.memset_(to, value, bytes);
}
void *memcpy(void *to, const void *from, size_t bytes) {
    return mp_fun_table.memmove_(to, from, bytes);
}
void *memmove(void *to, const void *from, size_t bytes) {
    return mp_fun_table.memmove_(to, from, bytes);
}
#endif

typedef mp_obj_t (*make_t)(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);

// A class made on the heap, where the module's globals keep it alive.
static mp_obj_t make_class(qstr name, make_t make, mp_obj_t methods) {
    mp_obj_full_type_t *type = m_malloc(sizeof(mp_obj_full_type_t));
    memset(type, 0, sizeof(*type));
    type->base.type = (void *)&mp_type_type;
    type->name = name;
    MP_OBJ_TYPE_SET_SLOT(type, make_new, make, 0);
    MP_OBJ_TYPE_SET_SLOT(type, locals_dict, MP_OBJ_TO_PTR(methods), 1);
    return MP_OBJ_FROM_PTR(type);
}

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    (void)n_args;
    (void)n_kw;
    (void)args;
    MP_DYNRUNTIME_INIT_ENTRY
    mp_obj_t methods;
#define STORE(name, object) mp_obj_dict_store(methods, MP_OBJ_NEW_QSTR(MITE_QSTR(name)), MP_OBJ_FROM_PTR(&object));
#if !defined(MITE_WITHOUT_PROGRAM)
    methods = mp_obj_new_dict(5);
    PROGRAM_METHODS(STORE)
    mp_store_global(MITE_QSTR(MP_QSTR_Program), make_class(MITE_QSTR(MP_QSTR_Program), mite_program_make, methods));
#endif
#if !defined(MITE_WITHOUT_FRONTEND)
    methods = mp_obj_new_dict(2);
    FRONTEND_METHODS(STORE)
    mp_store_global(MITE_QSTR(MP_QSTR_Frontend), make_class(MITE_QSTR(MP_QSTR_Frontend), mite_frontend_make, methods));
#endif
#if !defined(MITE_WITHOUT_VISION)
    methods = mp_obj_new_dict(1);
    PICTURE_METHODS(STORE)
    mp_store_global(MITE_QSTR(MP_QSTR_Picture), make_class(MITE_QSTR(MP_QSTR_Picture), mite_picture_make, methods));
#define GLOBAL(name, object) mp_store_global(MITE_QSTR(name), MP_OBJ_FROM_PTR(&object));
    BOXES_FUNCTIONS(GLOBAL)
#endif
    MP_DYNRUNTIME_INIT_EXIT
}

#else

#define ENTRY(name, object) {MP_ROM_QSTR(name), MP_ROM_PTR(&object)},

static const mp_rom_map_elem_t program_methods[] = {PROGRAM_METHODS(ENTRY)};
static MP_DEFINE_CONST_DICT(program_dict, program_methods);
static MP_DEFINE_CONST_OBJ_TYPE(program_type, MP_QSTR_Program, MP_TYPE_FLAG_NONE, make_new, mite_program_make, locals_dict,
                                &program_dict);

#if !defined(MITE_WITHOUT_FRONTEND)
static const mp_rom_map_elem_t frontend_methods[] = {FRONTEND_METHODS(ENTRY)};
static MP_DEFINE_CONST_DICT(frontend_dict, frontend_methods);
static MP_DEFINE_CONST_OBJ_TYPE(frontend_type, MP_QSTR_Frontend, MP_TYPE_FLAG_NONE, make_new, mite_frontend_make, locals_dict,
                                &frontend_dict);
#endif

#if !defined(MITE_WITHOUT_VISION)
static const mp_rom_map_elem_t picture_methods[] = {PICTURE_METHODS(ENTRY)};
static MP_DEFINE_CONST_DICT(picture_dict, picture_methods);
static MP_DEFINE_CONST_OBJ_TYPE(picture_type, MP_QSTR_Picture, MP_TYPE_FLAG_NONE, make_new, mite_picture_make, locals_dict,
                                &picture_dict);
#endif

static const mp_rom_map_elem_t module_globals[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__mite)},
    {MP_ROM_QSTR(MP_QSTR_Program), MP_ROM_PTR(&program_type)},
#if !defined(MITE_WITHOUT_FRONTEND)
    {MP_ROM_QSTR(MP_QSTR_Frontend), MP_ROM_PTR(&frontend_type)},
#endif
#if !defined(MITE_WITHOUT_VISION)
    {MP_ROM_QSTR(MP_QSTR_Picture), MP_ROM_PTR(&picture_type)},
    BOXES_FUNCTIONS(ENTRY)
#endif
};
static MP_DEFINE_CONST_DICT(module_dict, module_globals);

const mp_obj_module_t mite_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&module_dict,
};
MP_REGISTER_MODULE(MP_QSTR__mite, mite_module);

#endif
