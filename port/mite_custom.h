// Ops of your own in C, for models that have custom ops. A module of yours holds a structure
//
//     static const mite_custom_op_t op = {MITE_CUSTOM_MAGIC, "MyOp", check, run};
//
// and gives it to Python as a bytes object; mite.register("MyOp", module.op) takes it. firmware/demos/custom_op shows all of it.
// Only this file and the two that it includes are needed; nothing is linked.
#ifndef MITE_CUSTOM_H
#define MITE_CUSTOM_H

#include "core/mite.h"

#define MITE_CUSTOM_MAGIC 0x314d4f43u // what mite knows such a structure by: another number where the structure is another one

// The op of a model as it is called: its CUSTOM record, and where its tensors lie now.
typedef struct {
    const mite_model_t *model;
    const mite_custom_t *record;
} mite_custom_call_t;

typedef struct {
    void *data;     // an input is only to be read; NULL for one that the model leaves out
    uint32_t bytes;
    const uint32_t *shape; // of `rank` dimensions
    uint8_t rank;
    uint8_t dtype; // MITE_DTYPE_*
    float scale;   // 0 where it is not quantized
    int32_t zero_point;
} mite_custom_tensor_t;

typedef struct {
    uint32_t magic;   // MITE_CUSTOM_MAGIC
    const char *name; // as the model has it
    // Can this be run? NULL, or what is wrong, for the user to read. Called once for each place in a model that has the op. May be NULL itself.
    const char *(*check)(const mite_custom_call_t *call);
    // Writes the outputs. Everything that check has seen is as it was then, but for the bytes of the tensors and where they lie.
    void (*run)(const mite_custom_call_t *call);
} mite_custom_op_t;

// Tensor `number` of a call, inputs first; without data, bytes and dimensions if there is none.
static inline mite_custom_tensor_t mite_custom_tensor(const mite_custom_call_t *call, uint32_t number) {
    static const mite_tensor_t none = {(mite_ref_t)MITE_SPACE_NONE << MITE_REF_SHIFT, 0, 0, 0, 0, 0, 0};
    const uint8_t *at = (const uint8_t *)&none;
    if (number < (uint32_t)call->record->inputs + call->record->outputs) {
        for (at = (const uint8_t *)(call->record + 1); number; number--) {
            at += sizeof(mite_tensor_t) + 4u * ((const mite_tensor_t *)(const void *)at)->rank;
        }
    }
    const mite_tensor_t *tensor = (const mite_tensor_t *)(const void *)at;
    mite_custom_tensor_t found; // not cleared as a whole, for which gcc may call memset, which a native module of yours lacks
    found.data = (tensor->data >> MITE_REF_SHIFT) == MITE_SPACE_NONE ? NULL : mite_ref(call->model, tensor->data);
    found.bytes = tensor->bytes;
    found.shape = (const uint32_t *)(const void *)(tensor + 1);
    found.rank = tensor->rank;
    found.dtype = tensor->dtype;
    found.scale = tensor->scale;
    found.zero_point = tensor->zero_point;
    return found;
}

static inline mite_custom_tensor_t mite_custom_input(const mite_custom_call_t *call, uint32_t number) {
    return mite_custom_tensor(call, number < call->record->inputs ? number : UINT32_MAX);
}

static inline mite_custom_tensor_t mite_custom_output(const mite_custom_call_t *call, uint32_t number) {
    return mite_custom_tensor(call, number < call->record->outputs ? number + call->record->inputs : UINT32_MAX);
}

// The op's options, as the .tflite file has them (record->options_bytes of them; NULL without any).
static inline const uint8_t *mite_custom_options(const mite_custom_call_t *call) {
    return call->record->options_bytes ? mite_ref(call->model, call->record->options) : NULL;
}

// What is wrong with an op for a place in a model, or NULL.
static inline const char *mite_custom_wrong(const mite_custom_call_t *call, const mite_custom_op_t *op) {
    const uint8_t *name = mite_ref(call->model, call->record->name);
    for (uint32_t i = 0; op->name && i <= call->record->name_bytes; i++) {
        if ((uint8_t)op->name[i] != (i < call->record->name_bytes ? name[i] : 0)) {
            return "what was registered is the op of another name";
        }
    }
    return op->check ? op->check(call) : NULL;
}

// The two that follow read one number of options that are a FlexBuffers map, as TensorFlow's converter writes them: the value under a key,
// or `missing` where there is none, or not a number. (https://flatbuffers.dev/internals describes the bytes.)
typedef struct {
    const uint8_t *at;
    uint32_t bytes; // of the number
    uint8_t type;   // 1 signed, 2 unsigned, 3 floating, 26 bool; 0 for nothing
} mite_custom_number_t;

static inline uint64_t mite_custom_unsigned(const uint8_t *at, uint32_t bytes) {
    uint64_t value = 0;
    for (uint32_t i = bytes; i--;) {
        value = value << 8 | at[i];
    }
    return value;
}

static inline mite_custom_number_t mite_custom_find(const mite_custom_call_t *call, const char *key) {
    const mite_custom_number_t nothing = {NULL, 0, 0};
    const uint8_t *data = mite_custom_options(call);
    uint64_t size = call->record->options_bytes;
    if (size < 3 || !(call->record->flags & 1) || data[size - 1] > 8 || size - 2 < data[size - 1]) {
        return nothing;
    }
    // Everything is an offset back from where it stands; whatever leads outside of the bytes ends the search.
    uint64_t root = size - 2 - data[size - 1];
    uint64_t map = root - mite_custom_unsigned(data + root, data[size - 1]);
    uint32_t width = 1u << (data[size - 2] & 3);
    if (map >= root || map < 3 * width) {
        return nothing;
    }
    uint64_t count = mite_custom_unsigned(data + map - width, width);
    uint64_t key_width = mite_custom_unsigned(data + map - 2 * width, width);
    uint64_t keys = map - 3 * width - mite_custom_unsigned(data + map - 3 * width, width);
    if (count > size || key_width > 8 || map + count * width + count > size || keys >= size || keys + count * key_width > size) {
        return nothing;
    }
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = keys + i * key_width;
        uint64_t name = at - mite_custom_unsigned(data + at, (uint32_t)key_width);
        uint64_t same = 0;
        while (name + same < size && key[same] && data[name + same] == (uint8_t)key[same]) {
            same++;
        }
        if (name + same >= size || key[same] || data[name + same]) {
            continue;
        }
        uint8_t packed = data[map + count * width + i], type = packed >> 2;
        uint64_t value = map + i * width;
        if (type >= 6 && type <= 8) { // kept elsewhere, in a width of its own
            value -= mite_custom_unsigned(data + value, width);
            width = 1u << (packed & 3);
            type = (uint8_t)(type - 5);
        }
        if (value > size || width > size - value || (type != 1 && type != 2 && type != 3 && type != 26)) {
            return nothing;
        }
        return (mite_custom_number_t) {data + value, width, type};
    }
    return nothing;
}

static inline float mite_custom_option_float(const mite_custom_call_t *call, const char *key, float missing) {
    mite_custom_number_t number = mite_custom_find(call, key);
    if (!number.at) {
        return missing;
    }
    uint64_t bits = mite_custom_unsigned(number.at, number.bytes);
    if (number.type == 3) {
        union {
            uint32_t bits;
            float value;
        } single = {(uint32_t)bits};
        union {
            uint64_t bits;
            double value;
        } wide = {bits};
        return number.bytes == 4 ? single.value : number.bytes == 8 ? (float)wide.value : missing;
    }
    uint64_t sign = number.type == 1 ? (uint64_t)1 << (8 * number.bytes - 1) : 0;
    return (float)(int64_t)((bits ^ sign) - sign);
}

static inline int32_t mite_custom_option_int(const mite_custom_call_t *call, const char *key, int32_t missing) {
    mite_custom_number_t number = mite_custom_find(call, key);
    if (!number.at || number.type == 3) {
        return number.at ? (int32_t)mite_custom_option_float(call, key, 0) : missing;
    }
    uint64_t sign = number.type == 1 ? (uint64_t)1 << (8 * number.bytes - 1) : 0;
    return (int32_t)((mite_custom_unsigned(number.at, number.bytes) ^ sign) - sign);
}

#endif
