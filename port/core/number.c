#include "number.h"

uint32_t mite_number_size(uint32_t dtype) {
    switch (dtype) {
        case MITE_DTYPE_INT8:
        case MITE_DTYPE_UINT8:
        case MITE_DTYPE_BOOL:
            return 1;
        case MITE_DTYPE_INT16:
        case MITE_DTYPE_UINT16:
            return 2;
        case MITE_DTYPE_INT32:
        case MITE_DTYPE_UINT32:
        case MITE_DTYPE_FLOAT32:
            return 4;
        case MITE_DTYPE_INT64:
            return 8;
        default:
            return 0;
    }
}

int64_t mite_number_load(const uint8_t *at, uint32_t dtype) {
    const void *place = at;
    switch (dtype) {
        case MITE_DTYPE_INT8:
            return *(const int8_t *)place;
        case MITE_DTYPE_UINT8:
            return *at;
        case MITE_DTYPE_BOOL:
            return *at != 0;
        case MITE_DTYPE_INT16:
            return *(const int16_t *)place;
        case MITE_DTYPE_UINT16:
            return *(const uint16_t *)place;
        case MITE_DTYPE_INT32:
            return *(const int32_t *)place;
        case MITE_DTYPE_UINT32:
            return *(const uint32_t *)place;
        default: {
            const uint32_t *word = place; // 8 bytes lie at a multiple of 4
            return (int64_t)((uint64_t)word[1] << 32 | word[0]);
        }
    }
}

void mite_number_store(uint8_t *at, uint32_t dtype, int64_t value) {
    void *place = at;
    switch (dtype) {
        case MITE_DTYPE_INT8:
        case MITE_DTYPE_UINT8:
            *at = (uint8_t)value;
            break;
        case MITE_DTYPE_BOOL:
            *at = value != 0;
            break;
        case MITE_DTYPE_INT16:
        case MITE_DTYPE_UINT16:
            *(uint16_t *)place = (uint16_t)value;
            break;
        case MITE_DTYPE_INT32:
        case MITE_DTYPE_UINT32:
            *(uint32_t *)place = (uint32_t)value;
            break;
        default: {
            uint32_t *word = place;
            word[0] = (uint32_t)value;
            word[1] = (uint32_t)((uint64_t)value >> 32);
        }
    }
}
