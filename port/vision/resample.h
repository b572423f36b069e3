// The inner loops of picture.c.
#ifndef MITE_VISION_RESAMPLE_H
#define MITE_VISION_RESAMPLE_H

#include "picture.h"

struct mite_picture {
    uint32_t origin;       // byte of the frame where the output's first pixel lies
    int32_t along, across; // bytes from there to what comes right of it and below, which may be backwards
    uint32_t frame_bytes;  // at least, of a frame
    uint32_t rows;         // where the taps of rows begin, behind those of columns
    uint16_t width, height;
    uint8_t channels, format;
    uint16_t taps[];
};

// Writes `count` rows from row `first` on. Everything was checked.
void mite_resample(const mite_picture_t *picture, const uint8_t *frame, const mite_picture_table_t *table, uint32_t first, uint32_t count,
                   uint8_t *out);

#endif
