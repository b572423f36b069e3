// Validates an image: every later access relies on what is checked here and in the ops' check functions.

#include "../ops/ops.h"
#include "check.h"

// CRC-32 as zlib computes it, four bits at a time: a table of 64 bytes instead of 1 KB.
static uint32_t crc32(uint32_t crc, const uint8_t *data, uint32_t bytes) {
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    crc = ~crc;
    while (bytes--) {
        crc ^= *data++;
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

// Nothing is wrong so far. (Field by field: gcc would ask a library to fill a structure with zeros.)
static void begin(mite_fault_t *fault) {
    fault->code = 0;
    fault->record = fault->op = -1;
    fault->a = fault->b = 0;
}

static int fail(mite_fault_t *fault, int32_t code, uint32_t a, uint32_t b) {
    fault->code = code;
    fault->a = a;
    fault->b = b;
    return code;
}

// Everywhere in line it would take one more KB.
__attribute__((noinline)) uint32_t mite_check_product(uint32_t a, uint32_t b) {
    uint64_t product = (uint64_t)a * b;
    return product > UINT32_MAX ? UINT32_MAX : (uint32_t)product;
}

int mite_check_place(const mite_check_t *check, mite_ref_t ref, uint32_t bytes, uint32_t how) {
    const mite_header_t *header = check->header;
    uint32_t offset = ref & MITE_REF_OFFSET, first = 0, end = 0;
    switch (ref >> MITE_REF_SHIFT) {
        case MITE_SPACE_ARENA:
            end = header->arena_bytes;
            break;
        case MITE_SPACE_CONSTANT:
            if ((how & 1) == MITE_READ) {
                first = header->constants;
                end = header->metadata;
            }
            break;
        case MITE_SPACE_STATE:
            end = header->state_bytes;
            break;
    }
    if (offset < first || offset > end || bytes > end - offset || offset % (how >> 1)) {
        fail(check->fault, MITE_ERR_RANGE, ref, bytes);
        return 0;
    }
    return 1;
}

int mite_check_numbers(const mite_check_t *check, mite_ref_t ref, uint32_t count, uint32_t how) {
    uint32_t size = how >> 1;
    return mite_check_place(check, ref, mite_check_product(count, size), size > 4 ? how - 2 * (size - 4) : how);
}

int mite_check_value(const mite_check_t *check, int good, uint32_t a, uint32_t b) {
    if (!good) {
        fail(check->fault, MITE_ERR_VALUE, a, b);
    }
    return good;
}

int mite_check_channels(const mite_check_t *check, mite_ref_t ref, uint32_t channels, uint32_t flags) {
    if (!mite_check_value(check, channels <= UINT16_MAX && (ref >> MITE_REF_SHIFT) == MITE_SPACE_CONSTANT, channels, ref)) {
        return 0;
    }
    if (flags & MITE_PACKED) {
        uint32_t pairs = flags & MITE_SHARED ? 1 : channels;
        if (!mite_check_range(check, ref, 8 * pairs + (flags & MITE_SHARED ? 4 * channels : 0), 4, MITE_READ)) {
            return 0;
        }
        const int32_t *word = (const int32_t *)(check->image + (ref & MITE_REF_OFFSET));
        for (uint32_t i = 0; i < pairs; i++) {
            int32_t shift = word[2 * i + 1] & ((1 << MITE_PACKED_SHIFT_BITS) - 1);
            if (!mite_check_value(check, shift <= MITE_PACKED_SHIFT_MOST, (uint32_t)shift, MITE_PACKED_SHIFT_MOST)) {
                return 0;
            }
        }
        return 1;
    }
    uint32_t scales = flags & MITE_SHARED ? 1 : channels;
    uint32_t before = 4 * (channels + scales);
    if (!mite_check_range(check, ref, before + scales, 4, MITE_READ)) {
        return 0;
    }
    const int8_t *shift = (const int8_t *)check->image + (ref & MITE_REF_OFFSET) + before;
    for (uint32_t i = 0; i < scales; i++) {
        if (!mite_check_shift(check, shift[i])) {
            return 0;
        }
    }
    return 1;
}

// Header, sections and checksum.
static int check_header(const uint8_t *image, size_t bytes, mite_fault_t *fault) {
    const mite_header_t *header = (const mite_header_t *)image;
    if ((uintptr_t)image & 3) {
        return fail(fault, MITE_ERR_ALIGN, 4, (uintptr_t)image & 3);
    }
    // What is no image at all is called that, however short it is.
    if (bytes >= 4 && (header->magic[0] != 'M' || header->magic[1] != 'I' || header->magic[2] != 'T' || header->magic[3] != 'E')) {
        return fail(fault, MITE_ERR_MAGIC, 0, 0);
    }
    if (bytes < sizeof(mite_header_t)) {
        return fail(fault, MITE_ERR_SHORT, bytes, sizeof(mite_header_t));
    }
    if (header->format != MITE_FORMAT_VERSION) {
        return fail(fault, MITE_ERR_FORMAT, header->format, MITE_FORMAT_VERSION);
    }
    if (header->length > bytes || header->length < sizeof(mite_header_t)) {
        return fail(fault, MITE_ERR_SHORT, bytes, header->length);
    }
    uint32_t at = offsetof(mite_header_t, crc), after = at + sizeof(header->crc);
    uint32_t crc = crc32(crc32(0, image, at), image + after, header->length - after);
    if (crc != header->crc) {
        return fail(fault, MITE_ERR_CRC, crc, header->crc);
    }
    if (header->runtime > MITE_RUNTIME_VERSION) {
        return fail(fault, MITE_ERR_RUNTIME, header->runtime, MITE_RUNTIME_VERSION);
    }
    // The sections follow one another.
    uint32_t places[] = {sizeof(mite_header_t), header->tensors, header->program, header->constants, header->metadata,
                         header->length};
    for (unsigned i = 1; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i] < places[i - 1] || (i < 4 && places[i] % 4) || places[i] > MITE_REF_OFFSET) {
            return fail(fault, MITE_ERR_LAYOUT, places[i], places[i - 1]);
        }
    }
    if (header->arena_bytes > MITE_REF_OFFSET || header->state_bytes > MITE_REF_OFFSET) {
        return fail(fault, MITE_ERR_VALUE, header->arena_bytes, header->state_bytes);
    }
    return MITE_OK;
}

uint32_t mite_check_tensor(const mite_check_t *check, uint32_t at, uint32_t end) {
    const mite_tensor_t *tensor = (const mite_tensor_t *)(check->image + at);
    if (end - at < sizeof(mite_tensor_t) || (end - at - sizeof(mite_tensor_t)) / 4 < tensor->rank) {
        fail(check->fault, MITE_ERR_LAYOUT, at, sizeof(mite_tensor_t));
        return 0;
    }
    if (!mite_check_value(check, tensor->rank <= 8 && tensor->dtype < MITE_DTYPES, tensor->rank, tensor->dtype)) {
        return 0;
    }
    return sizeof(mite_tensor_t) + 4u * tensor->rank;
}

// Inputs and outputs: the bindings hand out views of what these name.
static int check_tensors(const mite_check_t *check) {
    const mite_header_t *header = check->header;
    uint32_t at = header->tensors;
    for (uint32_t i = 0; i < (uint32_t)header->inputs + header->outputs; i++) {
        const mite_tensor_t *tensor = (const mite_tensor_t *)(check->image + at);
        uint32_t bytes = mite_check_tensor(check, at, header->program);
        if (bytes && i < header->inputs && (tensor->data >> MITE_REF_SHIFT) == MITE_SPACE_NONE) {
            at += bytes; // its rows are asked for one after the other
            continue;
        }
        if (!bytes || !mite_check_range(check, tensor->data, tensor->bytes, 1, MITE_WRITE)
            || !mite_check_value(check, (tensor->data >> MITE_REF_SHIFT) == MITE_SPACE_ARENA, tensor->data, 0)) {
            return check->fault->code;
        }
        at += bytes;
    }
    return MITE_OK;
}

// Where a jump leads to there must be a record, or the end.
static int check_jumps(const mite_check_t *check, uint32_t end) {
    const mite_header_t *header = check->header;
    uint32_t at = header->program, target;
    for (uint32_t i = 0; i < header->records; i++, at += ((const mite_record_t *)(check->image + at))->bytes) {
        const mite_jump_t *jump = (const mite_jump_t *)(check->image + at);
        if (jump->op != MITE_OP_JUMP) {
            continue;
        }
        for (target = header->program; target < jump->target && target < end;) {
            target += ((const mite_record_t *)(check->image + target))->bytes;
        }
        if (target != jump->target) {
            check->fault->record = (int32_t)i;
            check->fault->op = MITE_OP_JUMP;
            return fail(check->fault, MITE_ERR_VALUE, jump->target, end);
        }
    }
    return MITE_OK;
}

static int check_program(const mite_check_t *check, uint32_t *end) {
    const mite_header_t *header = check->header;
    uint32_t at = header->program;
    for (uint32_t i = 0; i < header->records; i++) {
        check->fault->record = (int32_t)i;
        if (header->constants - at < sizeof(mite_record_t)) {
            return fail(check->fault, MITE_ERR_LAYOUT, at, sizeof(mite_record_t));
        }
        const mite_record_t *record = (const mite_record_t *)(check->image + at);
        check->fault->op = record->op;
        const mite_op_t *op = mite_op(record->op);
        if (!op) {
            return fail(check->fault, MITE_ERR_OP, record->op, 0);
        }
        // A CUSTOM record goes on with its tensors, as many as it has.
        if (record->bytes < op->bytes || record->bytes > header->constants - at
            || (record->bytes != op->bytes && record->op != MITE_OP_CUSTOM)) {
            return fail(check->fault, MITE_ERR_RECORD, record->bytes, op->bytes);
        }
        if (!op->check(check, record)) {
            return check->fault->code;
        }
        at += record->bytes;
    }
    check->fault->record = check->fault->op = -1;
    *end = at;
    return check_jumps(check, at);
}

int mite_load(mite_model_t *model, const void *image, size_t bytes, mite_fault_t *fault) {
    for (int i = 0; i < MITE_SPACES; i++) {
        model->base[i] = NULL;
    }
    begin(fault);
    mite_check_t check = {image, image, fault};
    uint32_t end = 0;
    int code = check_header(image, bytes, fault);
    if (!code) {
        code = check_tensors(&check);
    }
    if (!code) {
        code = check_program(&check, &end);
    }
    if (!code) {
        model->base[MITE_SPACE_CONSTANT] = (uint8_t *)(uintptr_t)image;
        model->end = model->base[MITE_SPACE_CONSTANT] + end;
    }
    return code;
}

int mite_bind(mite_model_t *model, void *arena, size_t arena_bytes, void *state, size_t state_bytes, mite_fault_t *fault) {
    const mite_header_t *header = mite_header(model);
    begin(fault);
    if (arena_bytes < header->arena_bytes) {
        return fail(fault, MITE_ERR_ARENA, header->arena_bytes, arena_bytes);
    }
    if (state_bytes < header->state_bytes) {
        return fail(fault, MITE_ERR_STATE, header->state_bytes, state_bytes);
    }
    if (((uintptr_t)arena | (uintptr_t)state) & 3) {
        return fail(fault, MITE_ERR_ALIGN, 4, ((uintptr_t)arena | (uintptr_t)state) & 3);
    }
    model->base[MITE_SPACE_ARENA] = arena;
    model->base[MITE_SPACE_STATE] = state;
    mite_reset(model);
    return MITE_OK;
}
