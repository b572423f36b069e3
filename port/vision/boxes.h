// What a model found in a picture: from its outputs to boxes. Integers only, but for the decoding of SSD heads, which the models themselves do
// in real numbers. It allocates nothing.
#ifndef MITE_VISION_BOXES_H
#define MITE_VISION_BOXES_H

#include <stddef.h>
#include <stdint.h>

// Sides in units of the caller's; of cells, or of 4096ths of the picture.
typedef struct {
    int16_t left, top, right, bottom;
    int32_t category;
    int32_t score; // as the model gives it: a raw number, or the bits of a float32
} mite_box_t;

// How the numbers of a tensor lie. A float32 is taken as its bits, which for positive numbers are in the same order.
enum { MITE_BOXES_INT8, MITE_BOXES_UINT8, MITE_BOXES_FLOAT32, MITE_BOXES_TYPES };

enum { MITE_BOXES_UNIT = 4096 }; // of the picture's sides, for boxes by anchors

// A grid of scores, such as FOMO's: uint16 fields, all of them at least 1.
typedef struct {
    uint16_t height, width, categories; // of the tensor, [1, height, width, categories]; at most 0x7fff cells
    uint16_t category;                  // the one that is looked for
    uint16_t type;                      // MITE_BOXES_*
    uint16_t unused;
    int32_t threshold; // a cell of this score is part of a thing
} mite_boxes_grid_t;

// Bytes of a grid's tensor, or 0 for a grid that cannot be.
uint32_t mite_boxes_grid_bytes(const mite_boxes_grid_t *grid);

// The boxes that a grid can give at most.
uint32_t mite_boxes_grid_most(const mite_boxes_grid_t *grid);

// Cells that touch, also at corners, become one box, with the best score among them. `work`: a uint16 for each cell. `boxes`: room for
// mite_boxes_grid_most(). Returns how many there are, from the top to the bottom.
uint32_t mite_boxes_grid(const mite_boxes_grid_t *grid, const uint8_t *scores, uint16_t *work, mite_box_t *boxes);

// The heads of an SSD: for each anchor (center y, center x, height, width, float32 as parts of the picture) four numbers that move and stretch it,
// and a score for each category.
typedef struct {
    uint32_t count; // of anchors
    uint16_t box_size, score_size; // numbers of an anchor in each tensor: at least 4, at least 1
    uint16_t box_type, score_type; // MITE_BOXES_*
    uint16_t first; // category that is a thing: 1 where there is one for nothing
    uint16_t unused;
    int32_t threshold; // on scores
    int32_t box_zero_point;
    float box_scale;
    float scales[4]; // of y, x, height and width
} mite_boxes_heads_t;

// Is that a configuration with which mite_boxes_heads() reads no more than these bytes?
int mite_boxes_heads_fit(const mite_boxes_heads_t *heads, size_t box_bytes, size_t score_bytes, size_t anchor_bytes);

// The boxes with a score from the threshold on, the `most` best of them, in no order. Each anchor has one, of its best category.
uint32_t mite_boxes_heads(const mite_boxes_heads_t *heads, const uint8_t *offsets, const uint8_t *scores, const uint8_t *anchors, mite_box_t *boxes,
                          uint32_t most);

// Non-maximum suppression: orders boxes by their scores, best first (equal ones stay as they were), and takes out each one of which a better one of
// its category covers too much: their intersection is more than limit / 256 of their union. Returns how many are left.
uint32_t mite_boxes_suppress(mite_box_t *boxes, uint32_t count, uint32_t limit);

#endif
