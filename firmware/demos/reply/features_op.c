// The reply model's custom ops in C, as a module `features_op` with two attributes: mite.register("TextNormalize", features_op.normalize) and
// mite.register("TextNgrams", features_op.ngrams). features.py says what they do. Both kinds of module are made of this file, as of threshold_op.c.

#if MICROPY_ENABLE_DYNRUNTIME
#include "py/dynruntime.h"
#else
#include "py/objstr.h"
#include "py/runtime.h"
#endif

#include "mite_custom.h"

enum { FACTOR = 8179, WORD = 1, PAIR = 2, THREE = 3, MOST = 127 };

static const char *check_types(const mite_custom_call_t *call, uint32_t to) {
    mite_custom_tensor_t in = mite_custom_input(call, 0), out = mite_custom_output(call, 0);
    if (call->record->inputs != 1 || call->record->outputs != 1 || !in.data) {
        return "one input and one output are wanted";
    }
    if (in.dtype != MITE_DTYPE_UINT8 || out.dtype != to) {
        return to == MITE_DTYPE_UINT8 ? "uint8 tensors are wanted" : "uint8 to int8 is wanted";
    }
    return out.bytes < 2 || out.bytes > 1 << 15 ? "outputs have 2 to 32768 numbers" : NULL;
}

static const char *check_normalize(const mite_custom_call_t *call) {
    return check_types(call, MITE_DTYPE_UINT8);
}

static const char *check_ngrams(const mite_custom_call_t *call) {
    return check_types(call, MITE_DTYPE_INT8);
}

static int is_mark(uint32_t byte) {
    return byte == '!' || byte == '?';
}

// The byte that stands for one of a message: a space for what is no part of a word.
static uint32_t letter(uint32_t byte) {
    if (byte >= 'A' && byte <= 'Z') {
        return byte + 32;
    }
    if (byte >= '0' && byte <= '9') {
        return '0';
    }
    return is_mark(byte) || (byte >= 'a' && byte <= 'z') || byte >= 128 ? byte : ' ';
}

static void run_normalize(const mite_custom_call_t *call) {
    mite_custom_tensor_t in = mite_custom_input(call, 0), out = mite_custom_output(call, 0);
    const uint8_t *text = in.data;
    uint8_t *words = out.data;
    uint32_t at = 0, most = out.bytes - 1; // the last byte is for a space
    words[at++] = ' ';
    for (uint32_t i = 0; i < in.bytes && text[i]; i++) {
        if (text[i] == '\'') {
            continue;
        }
        uint32_t byte = letter(text[i]);
        if (is_mark(byte) && words[at - 1] != ' ' && at < most) {
            words[at++] = ' ';
        }
        if (byte == ' ' && words[at - 1] == ' ') {
            continue;
        }
        if (at >= most) {
            break;
        }
        words[at++] = (uint8_t)byte;
        if (is_mark(byte) && at < most) {
            words[at++] = ' ';
        }
    }
    if (words[at - 1] != ' ') {
        words[at++] = ' ';
    }
    for (volatile uint8_t *rest = words + at; rest < words + out.bytes;) {
        *rest++ = 0; // volatile, or gcc calls memset, which a native module lacks
    }
}

static uint32_t hash(uint32_t before, uint32_t with) {
    return (before ^ with) * FACTOR & 0xffff;
}

static void count(int8_t *counts, uint32_t place, uint32_t size) {
    int8_t *here = counts + (place * size >> 16);
    *here = (int8_t)(*here < MOST ? *here + 1 : MOST);
}

static void run_ngrams(const mite_custom_call_t *call) {
    mite_custom_tensor_t in = mite_custom_input(call, 0), out = mite_custom_output(call, 0);
    const uint8_t *words = in.data;
    int8_t *counts = out.data;
    for (volatile int8_t *each = counts; each < counts + out.bytes;) {
        *each++ = 0;
    }
    uint32_t before = 0, word = WORD;
    for (uint32_t i = 1; i < in.bytes && words[i]; i++) {
        if (words[i] != ' ') {
            word = hash(word, words[i]);
            if (i + 1 < in.bytes) {
                count(counts, hash(hash(hash(THREE, words[i - 1]), words[i]), words[i + 1]), out.bytes);
            }
            continue;
        }
        count(counts, word, out.bytes);
        if (before) {
            count(counts, hash(hash(PAIR, before), word), out.bytes);
        }
        before = word;
        word = WORD;
    }
}

static const mite_custom_op_t normalize = {MITE_CUSTOM_MAGIC, "TextNormalize", check_normalize, run_normalize};
static const mite_custom_op_t ngrams = {MITE_CUSTOM_MAGIC, "TextNgrams", check_ngrams, run_ngrams};

#if MICROPY_ENABLE_DYNRUNTIME

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    (void)n_args;
    (void)n_kw;
    (void)args;
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_normalize, mp_obj_new_bytes((const byte *)&normalize, sizeof(normalize)));
    mp_store_global(MP_QSTR_ngrams, mp_obj_new_bytes((const byte *)&ngrams, sizeof(ngrams)));
    MP_DYNRUNTIME_INIT_EXIT
}

#else

static const mp_obj_str_t normalize_obj = {{&mp_type_bytes}, 0, sizeof(normalize), (const byte *)&normalize};
static const mp_obj_str_t ngrams_obj = {{&mp_type_bytes}, 0, sizeof(ngrams), (const byte *)&ngrams};

static const mp_rom_map_elem_t module_globals[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_features_op)},
    {MP_ROM_QSTR(MP_QSTR_normalize), MP_ROM_PTR(&normalize_obj)},
    {MP_ROM_QSTR(MP_QSTR_ngrams), MP_ROM_PTR(&ngrams_obj)},
};
static MP_DEFINE_CONST_DICT(module_dict, module_globals);

const mp_obj_module_t features_op_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&module_dict,
};
MP_REGISTER_MODULE(MP_QSTR_features_op, features_op_module);

#endif
