// The same custom op in C, as a module `threshold_op` with one attribute: mite.register("Threshold", threshold_op.op). One source for both kinds
// of module: built into the firmware (micropython.mk), and native .mpy (native.mk).

#if MICROPY_ENABLE_DYNRUNTIME
#include "py/dynruntime.h"
#else
#include "py/objstr.h"
#include "py/runtime.h"
#endif

#include "mite_custom.h"

// Called once for each place in a model: what is found good here need not be looked at again.
static const char *check(const mite_custom_call_t *call) {
    mite_custom_tensor_t values = mite_custom_input(call, 0), above = mite_custom_output(call, 0);
    if (call->record->inputs != 1 || call->record->outputs != 1) {
        return "one input and one output are wanted";
    }
    if (values.dtype != MITE_DTYPE_INT8 || above.dtype != MITE_DTYPE_INT8 || !(values.scale > 0)) {
        return "int8 tensors are wanted";
    }
    return values.bytes == above.bytes ? NULL : "input and output are of different sizes";
}

static void run(const mite_custom_call_t *call) {
    mite_custom_tensor_t values = mite_custom_input(call, 0), above = mite_custom_output(call, 0);
    float level = mite_custom_option_float(call, "level", 0);
    const int8_t *in = values.data;
    int8_t *out = above.data;
    for (uint32_t i = 0; i < values.bytes; i++) {
        out[i] = values.scale * (float)(in[i] - values.zero_point) > level;
    }
}

static const mite_custom_op_t op = {MITE_CUSTOM_MAGIC, "Threshold", check, run};

#if MICROPY_ENABLE_DYNRUNTIME

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    (void)n_args;
    (void)n_kw;
    (void)args;
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_op, mp_obj_new_bytes((const byte *)&op, sizeof(op)));
    MP_DYNRUNTIME_INIT_EXIT
}

#else

static const mp_obj_str_t op_obj = {{&mp_type_bytes}, 0, sizeof(op), (const byte *)&op};

static const mp_rom_map_elem_t module_globals[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_threshold_op)},
    {MP_ROM_QSTR(MP_QSTR_op), MP_ROM_PTR(&op_obj)},
};
static MP_DEFINE_CONST_DICT(module_dict, module_globals);

const mp_obj_module_t threshold_op_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&module_dict,
};
MP_REGISTER_MODULE(MP_QSTR_threshold_op, threshold_op_module);

#endif
