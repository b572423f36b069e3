#include "boxes.h"

#include <string.h>

#include "../kernels/real.h"

enum { FOUND = 0x8000 }; // on a cell's number: it is the first of a box, and this is the box

static uint32_t type_bytes(uint32_t type) {
    return type == MITE_BOXES_FLOAT32 ? 4 : 1;
}

static int32_t number(const uint8_t *data, uint32_t at, uint32_t type) {
    if (type == MITE_BOXES_FLOAT32) {
        int32_t bits;
        memcpy(&bits, data + 4 * at, sizeof(bits));
        return bits;
    }
    return type == MITE_BOXES_INT8 ? (int8_t)data[at] : data[at];
}

uint32_t mite_boxes_grid_bytes(const mite_boxes_grid_t *g) {
    uint32_t cells = (uint32_t)g->height * g->width;
    if (!cells || cells >= FOUND || g->category >= g->categories || g->type >= MITE_BOXES_TYPES) {
        return 0;
    }
    uint64_t bytes = (uint64_t)cells * g->categories * type_bytes(g->type);
    return bytes <= UINT32_MAX ? (uint32_t)bytes : 0;
}

uint32_t mite_boxes_grid_most(const mite_boxes_grid_t *g) {
    return ((uint32_t)g->height + 1) / 2 * (((uint32_t)g->width + 1) / 2);
}

// The first cell of the thing that a cell belongs to; on the way the others come to know it.
static uint32_t root(uint16_t *work, uint32_t cell) {
    while (!(work[cell] & FOUND) && work[cell] != cell) {
        if (!(work[work[cell]] & FOUND)) {
            work[cell] = work[work[cell]];
        }
        cell = work[cell];
    }
    return cell;
}

static void join(uint16_t *work, uint32_t a, uint32_t b) {
    a = root(work, a);
    b = root(work, b);
    work[a < b ? b : a] = (uint16_t)(a < b ? a : b);
}

uint32_t mite_boxes_grid(const mite_boxes_grid_t *g, const uint8_t *scores, uint16_t *work, mite_box_t *boxes) {
    uint32_t width = g->width, cells = (uint32_t)g->height * width, count = 0;
    for (uint32_t cell = 0; cell < cells; cell++) {
        work[cell] = (uint16_t)cell;
        if (number(scores, cell * g->categories + g->category, g->type) < g->threshold) {
            continue;
        }
        uint32_t x = cell % width;
        // Left, and the three above.
        const uint32_t back[4] = {1, width + 1, width, width - 1};
        for (uint32_t i = 0; i < 4; i++) {
            int there = i == 0 ? x > 0 : cell >= width && (i != 1 || x > 0) && (i != 3 || x + 1 < width);
            if (there && number(scores, (cell - back[i]) * g->categories + g->category, g->type) >= g->threshold) {
                join(work, cell, cell - back[i]);
            }
        }
    }
    for (uint32_t cell = 0; cell < cells; cell++) {
        int32_t score = number(scores, cell * g->categories + g->category, g->type);
        if (score < g->threshold) {
            continue;
        }
        int16_t x = (int16_t)(cell % width), y = (int16_t)(cell / width);
        uint32_t first = root(work, cell);
        if (!(work[first] & FOUND)) { // this one, as none comes before it
            boxes[count] = (mite_box_t) {x, y, (int16_t)(x + 1), (int16_t)(y + 1), g->category, score};
            work[first] = (uint16_t)(FOUND | count++);
        }
        mite_box_t *box = &boxes[work[first] & ~(uint32_t)FOUND];
        box->left = x < box->left ? x : box->left;
        box->right = x + 1 > box->right ? (int16_t)(x + 1) : box->right;
        box->bottom = y + 1 > box->bottom ? (int16_t)(y + 1) : box->bottom;
        box->score = score > box->score ? score : box->score;
    }
    return count;
}

int mite_boxes_heads_fit(const mite_boxes_heads_t *h, size_t box_bytes, size_t score_bytes, size_t anchor_bytes) {
    if (!h->count || h->count > 1u << 20 || h->box_size < 4 || h->first >= h->score_size || h->box_type >= MITE_BOXES_TYPES
        || h->score_type >= MITE_BOXES_TYPES) {
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        if (!(h->scales[i] > 0)) {
            return 0;
        }
    }
    return box_bytes <= UINT32_MAX && score_bytes <= UINT32_MAX && (uint64_t)h->count * h->box_size * type_bytes(h->box_type) == box_bytes
        && (uint64_t)h->count * h->score_size * type_bytes(h->score_type) == score_bytes && (uint64_t)h->count * 4 * sizeof(float) == anchor_bytes;
}

static float offset(const mite_boxes_heads_t *h, const uint8_t *offsets, uint32_t anchor, uint32_t i) {
    int32_t value = number(offsets, anchor * h->box_size + i, h->box_type);
    float real = h->box_type == MITE_BOXES_FLOAT32 ? mite_real_of_bits((uint32_t)value) : h->box_scale * (float)(value - h->box_zero_point);
    return real / h->scales[i];
}

// A place in the picture to its units, within the picture.
static int16_t place(float part) {
    float scaled = part * MITE_BOXES_UNIT;
    return scaled > 0 ? scaled < MITE_BOXES_UNIT ? (int16_t)(scaled + 0.5f) : MITE_BOXES_UNIT : 0; // not a number is 0
}

static void decode(const mite_boxes_heads_t *h, const uint8_t *offsets, const uint8_t *anchors, uint32_t anchor, mite_box_t *box) {
    float a[4]; // center y, center x, height, width
    memcpy(a, anchors + anchor * sizeof(a), sizeof(a));
    float y = offset(h, offsets, anchor, 0) * a[2] + a[0], x = offset(h, offsets, anchor, 1) * a[3] + a[1];
    float half_height = mite_real_exp(offset(h, offsets, anchor, 2)) * a[2] * 0.5f;
    float half_width = mite_real_exp(offset(h, offsets, anchor, 3)) * a[3] * 0.5f;
    box->left = place(x - half_width);
    box->top = place(y - half_height);
    box->right = place(x + half_width);
    box->bottom = place(y + half_height);
}

static uint32_t weakest(const mite_box_t *boxes, uint32_t count) {
    uint32_t found = 0;
    for (uint32_t i = 1; i < count; i++) {
        found = boxes[i].score < boxes[found].score ? i : found;
    }
    return found;
}

uint32_t mite_boxes_heads(const mite_boxes_heads_t *h, const uint8_t *offsets, const uint8_t *scores, const uint8_t *anchors, mite_box_t *boxes,
                          uint32_t most) {
    uint32_t count = 0;
    for (uint32_t anchor = 0; most && anchor < h->count; anchor++) {
        mite_box_t box = {0, 0, 0, 0, h->first, number(scores, anchor * h->score_size + h->first, h->score_type)};
        for (uint32_t c = h->first + 1u; c < h->score_size; c++) {
            int32_t score = number(scores, anchor * h->score_size + c, h->score_type);
            if (score > box.score) {
                box.score = score;
                box.category = (int32_t)c;
            }
        }
        if (box.score < h->threshold) {
            continue;
        }
        uint32_t to = count;
        if (count == most) {
            to = weakest(boxes, count);
            if (boxes[to].score >= box.score) {
                continue;
            }
        }
        decode(h, offsets, anchors, anchor, &box);
        boxes[to] = box;
        count += count < most;
    }
    return count;
}

static uint32_t size(int32_t begin, int32_t end) {
    return end > begin ? (uint32_t)(end - begin) : 0;
}

static int covers(const mite_box_t *a, const mite_box_t *b, uint32_t limit) {
    uint64_t common = (uint64_t)size(a->left > b->left ? a->left : b->left, a->right < b->right ? a->right : b->right)
        * size(a->top > b->top ? a->top : b->top, a->bottom < b->bottom ? a->bottom : b->bottom);
    uint64_t all = (uint64_t)size(a->left, a->right) * size(a->top, a->bottom) + (uint64_t)size(b->left, b->right) * size(b->top, b->bottom) - common;
    return 256 * common > limit * all;
}

uint32_t mite_boxes_suppress(mite_box_t *boxes, uint32_t count, uint32_t limit) {
    for (uint32_t i = 1; i < count; i++) {
        mite_box_t box = boxes[i];
        uint32_t to = i;
        for (; to && boxes[to - 1].score < box.score; to--) {
            boxes[to] = boxes[to - 1];
        }
        boxes[to] = box;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        int good = 1;
        for (uint32_t j = 0; good && j < kept; j++) {
            good = boxes[j].category != boxes[i].category || !covers(&boxes[j], &boxes[i], limit);
        }
        if (good) {
            boxes[kept++] = boxes[i];
        }
    }
    return kept;
}
