// Runs a native module, as MicroPython loads it, without MicroPython: `_mite.Program` on one model, and its answers compared with those that
// the host expects. What the module asks of MicroPython is here as far as Program needs it; mite_tools.bench.module packs module and model.

#include <string.h>

#include "../core/mite.h"
#include "bench.h"

// Behind the module's numbers come its code, its constants and its relocations.
typedef struct {
    uint32_t text_bytes, constant_bytes, relocations, qstrs;
    uint32_t program, bind, invoke; // which of the module's own names these are
} module_t;

// One address that is to be made right: `where` is an offset in words, with its lowest bit set if it is one of the constants; `kind` as
// in a .mpy: text, constants, -, names, -, table of functions, and from 9 on entries of that table.
typedef struct {
    uint32_t where, kind;
} relocation_t;

enum { KIND_CONSTANTS = 1, KIND_NAMES = 6, KIND_TABLE = 8, KIND_ENTRY = 9 };

// MicroPython's table of functions (mp_fun_table_t), by the numbers of its words.
enum {
    FROM_OBJ = 3, TO_OBJ = 4, SWAP_GLOBALS = 5, LOAD_GLOBAL = 7, STORE_GLOBAL = 13, NEW_DICT = 21, DICT_STORE = 25, CALL_FUNCTION = 27,
    RAISE = 34, ARG_CHECK_NUM = 44, MEMSET = 50, MEMMOVE = 51, REALLOC = 52, RAISE_MSG = 55, GET_BUFFER = 65, TABLE_WORDS = 87,
};

enum { FIRST_QSTR = 1000, MOST_NAMES = 64 };

typedef uintptr_t obj_t;

typedef struct {
    void *data;
    size_t bytes;
} buffer_t;

typedef struct {
    uint32_t count;
    struct {
        uint32_t qstr;
        obj_t value;
    } entries[MOST_NAMES];
} names_t;

static uintptr_t table[TABLE_WORDS];
static uint16_t qstrs[MOST_NAMES];
static names_t globals;
static uint8_t *next_free;
static obj_t raised[8];

static void fail(const char *why, uint32_t number) {
    bench_print(why, &number, 1);
    bench_exit(1);
}

static void missing(void) {
    fail("missing", 0);
}

static void store(names_t *names, uint32_t qstr, obj_t value) {
    names->entries[names->count].qstr = qstr;
    names->entries[names->count++].value = value;
}

static obj_t find(const names_t *names, uint32_t qstr) {
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->entries[i].qstr == qstr) {
            return names->entries[i].value;
        }
    }
    fail("no name", qstr);
    return 0;
}

static void *allocate(size_t bytes) {
    uint8_t *at = next_free;
    next_free += (bytes + 15) & ~(size_t)15;
    return at;
}

// Small integers and names are all that Program is given and gives; here both have their lowest bit set.
static uintptr_t from_obj(obj_t value, uintptr_t type) {
    (void)type;
    return (uintptr_t)((intptr_t)value >> 1);
}

static obj_t to_obj(uintptr_t value, uintptr_t type) {
    (void)type;
    return value << 1 | 1;
}

static obj_t swap_globals(obj_t now) {
    return now;
}

static obj_t load_global(uint32_t qstr) {
    return qstr; // ValueError, which only call_function sees
}

static void store_global(uint32_t qstr, obj_t value) {
    store(&globals, qstr, value);
}

static obj_t new_dict(size_t entries) {
    (void)entries;
    names_t *names = allocate(sizeof(names_t));
    names->count = 0;
    return (obj_t)names;
}

static obj_t dict_store(obj_t dict, obj_t key, obj_t value) {
    store((names_t *)dict, (uint32_t)from_obj(key, 0), value); // to_obj() made an object of the name
    return dict;
}

static obj_t call_function(obj_t function, size_t arguments, const obj_t *values) {
    for (size_t i = 0; i < (arguments & 255) && i < 8; i++) {
        raised[i] = values[i];
    }
    return function;
}

static void raise(obj_t exception) {
    uint32_t numbers[5];
    (void)exception;
    for (int i = 0; i < 5; i++) {
        numbers[i] = (uint32_t)from_obj(raised[i], 0);
    }
    numbers[0] = -numbers[0];
    bench_print("fault", numbers, 5);
    bench_exit(1);
}

static void raise_msg(obj_t type, const char *text) {
    (void)type;
    bench_write(text);
    fail("", 0);
}

static void arg_check_num(size_t arguments, size_t keywords, uint32_t signature) {
    (void)arguments;
    (void)keywords;
    (void)signature;
}

static void *reallocate(void *old, size_t bytes, _Bool move) {
    (void)old;
    (void)move;
    return allocate(bytes);
}

// A buffer is an object of this file's: where it is, and how long.
static _Bool get_buffer(obj_t object, buffer_t *buffer, uintptr_t flags) {
    (void)flags;
    *buffer = *(const buffer_t *)object;
    return 1;
}

static void fill_table(void) {
    for (int i = 0; i < TABLE_WORDS; i++) {
        table[i] = (uintptr_t)missing;
    }
    table[FROM_OBJ] = (uintptr_t)from_obj;
    table[TO_OBJ] = (uintptr_t)to_obj;
    table[SWAP_GLOBALS] = (uintptr_t)swap_globals;
    table[LOAD_GLOBAL] = (uintptr_t)load_global;
    table[STORE_GLOBAL] = (uintptr_t)store_global;
    table[NEW_DICT] = (uintptr_t)new_dict;
    table[DICT_STORE] = (uintptr_t)dict_store;
    table[CALL_FUNCTION] = (uintptr_t)call_function;
    table[RAISE] = (uintptr_t)raise;
    table[ARG_CHECK_NUM] = (uintptr_t)arg_check_num;
    table[MEMSET] = (uintptr_t)memset;
    table[MEMMOVE] = (uintptr_t)memmove;
    table[REALLOC] = (uintptr_t)reallocate;
    table[RAISE_MSG] = (uintptr_t)raise_msg;
    table[GET_BUFFER] = (uintptr_t)get_buffer;
}

// Copies the module into memory, relocates it, and runs its beginning, which stores its names.
static const module_t *load_module(const uint8_t *at) {
    const module_t *module = (const module_t *)at;
    uint8_t *text = allocate(module->text_bytes), *constants = allocate(module->constant_bytes);
    memcpy(text, at + sizeof(*module), module->text_bytes);
    memcpy(constants, at + sizeof(*module) + module->text_bytes, module->constant_bytes);
    for (uint32_t i = 0; i < module->qstrs; i++) {
        qstrs[i] = (uint16_t)(FIRST_QSTR + i);
    }
    const relocation_t *relocation = (const relocation_t *)(at + sizeof(*module) + module->text_bytes + module->constant_bytes);
    for (uint32_t i = 0; i < module->relocations; i++, relocation++) {
        uint32_t kind = relocation->kind;
        uintptr_t to = kind == 0                ? (uintptr_t)text
                       : kind == KIND_CONSTANTS ? (uintptr_t)constants
                       : kind == KIND_NAMES     ? (uintptr_t)qstrs
                       : kind == KIND_TABLE     ? (uintptr_t)table
                       : kind >= KIND_ENTRY     ? table[kind - KIND_ENTRY]
                                                : 0;
        ((uintptr_t *)(void *)(relocation->where & 1 ? constants : text))[relocation->where >> 1] += to;
    }
    uintptr_t context[8] = {0}, function[4] = {0, (uintptr_t)context};
    ((obj_t(*)(void *, size_t, size_t, obj_t *))text)(function, 0, 0, 0);
    return module;
}

// Where a class keeps its constructor and its methods: make_class() of port/micropython/module.c gives it these two slots.
static uintptr_t slot(obj_t type, int number) {
    return ((const uintptr_t *)(type + 20))[number];
}

// The function in an object of one with a fixed number of arguments.
static uintptr_t method(obj_t type, uint32_t qstr) {
    return ((const uintptr_t *)find((const names_t *)slot(type, 1), qstr))[1];
}

static void each_tensor(const mite_header_t *header, const uint8_t *image, uint8_t *arena, int outputs, const uint8_t **at, uint32_t run) {
    const uint8_t *next = image + header->tensors;
    for (uint32_t i = 0; i < (uint32_t)header->inputs + header->outputs; i++) {
        const mite_tensor_t *tensor = (const mite_tensor_t *)next;
        next += sizeof(mite_tensor_t) + 4u * tensor->rank;
        if ((i >= header->inputs) != outputs) {
            continue;
        }
        uint8_t *data = arena + (tensor->data & MITE_REF_OFFSET);
        if (!outputs) {
            memcpy(data, *at, tensor->bytes);
        }
        for (uint32_t j = 0; outputs && j < tensor->bytes; j++) {
            if (data[j] != (*at)[j]) {
                uint32_t numbers[] = {run, j, data[j], (*at)[j]};
                bench_print("differs", numbers, 4);
                break;
            }
        }
        *at += tensor->bytes;
    }
}

void bench_main(void) {
    const uint8_t *bundle = (const uint8_t *)&bench_bundle;
    const uint8_t *image = bundle + bench_bundle.image, *in = bundle + bench_bundle.inputs, *out = bundle + bench_bundle.outputs;
    const mite_header_t *header = (const mite_header_t *)image;
    next_free = bench_memory;
    fill_table();
    // Where the module is stands behind the bundle's own numbers.
    const module_t *module = load_module(bundle + *(const uint32_t *)(&bench_bundle + 1));
    obj_t type = find(&globals, FIRST_QSTR + module->program);
    buffer_t buffers[3] = {{(void *)(uintptr_t)image, bench_bundle.image_bytes}};
    buffers[1].data = allocate(buffers[1].bytes = header->arena_bytes);
    buffers[2].data = allocate(buffers[2].bytes = header->state_bytes);
    obj_t arguments[1] = {(obj_t)&buffers[0]};
    obj_t program = ((obj_t(*)(obj_t, size_t, size_t, const obj_t *))slot(type, 0))(type, 1, 0, arguments);
    ((obj_t(*)(obj_t, obj_t, obj_t))method(type, FIRST_QSTR + module->bind))(program, (obj_t)&buffers[1], (obj_t)&buffers[2]);
    uintptr_t invoke = method(type, FIRST_QSTR + module->invoke);
    for (uint32_t run = 0; run < bench_bundle.runs; run++) {
        uint32_t numbers[] = {run, bench_count(), 0};
        each_tensor(header, image, buffers[1].data, 0, &in, run);
        ((obj_t(*)(obj_t))invoke)(program);
        numbers[2] = bench_count();
        bench_print("invoke", numbers, 3);
        each_tensor(header, image, buffers[1].data, 1, &out, run);
    }
    bench_print("done", 0, 0);
    bench_exit(0);
}
