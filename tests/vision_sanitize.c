// port/vision under gcc's sanitizers: configurations good and bad, with buffers of just the bytes that they are said to have.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../port/vision/boxes.h"
#include "../port/vision/picture.h"

static uint32_t state = 1;

static uint32_t any(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

// Mostly small, sometimes as large as may be, sometimes none at all.
static uint16_t side(void) {
    uint32_t kind = any(40);
    return (uint16_t)(kind == 0 ? any(3) : kind == 1 ? any(6000) : 1 + any(24));
}

static uint8_t *bytes(size_t count) {
    uint8_t *made = malloc(count ? count : 1);
    for (size_t i = 0; i < count; i++) {
        made[i] = (uint8_t)any(256);
    }
    return made;
}

static int picture(void) {
    mite_picture_config_t c = {.width = side(), .height = side(), .out_width = side(), .out_height = side()};
    c.x = (uint16_t)any(c.width + 2u);
    c.y = (uint16_t)any(c.height + 2u);
    c.crop_width = (uint16_t)(c.width - c.x + (any(9) == 0 ? any(3) : 0));
    c.crop_height = (uint16_t)(c.height - c.y + (any(9) == 0 ? any(3) : 0));
    c.format = (uint8_t)any(MITE_PICTURE_FORMATS + (any(50) == 0));
    c.method = (uint8_t)any(MITE_PICTURE_METHODS + (any(50) == 0));
    c.turns = (uint8_t)any(4 + (any(50) == 0));
    c.channels = any(2) ? 1 : 3;
    c.stride = ((uint32_t)c.width * 3 + any(8)) / 4 * 4;
    int32_t size = mite_picture_bytes(&c);
    if (size < 0) {
        return 0;
    }
    mite_picture_t *p = malloc((size_t)size);
    mite_picture_init(p, &c);
    uint32_t entry = 1u << any(3), first = any(c.out_height + 1u), rows = any(c.out_height - first + 1u);
    uint32_t tables = c.channels == 3 && any(2) ? 3 : 1, row = (uint32_t)c.out_width * c.channels * entry;
    // The least frame that is not too short.
    size_t low = 0, high = (size_t)c.height * c.stride;
    uint8_t *frame = bytes(high), *numbers = bytes(tables * 256 * entry), *out = bytes((size_t)rows * row);
    mite_picture_table_t table = {numbers, tables * 256 * entry, entry};
    uint8_t nothing[1];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (mite_picture_rows(p, frame, middle, &table, 0, nothing, 0) == MITE_PICTURE_ERROR_FRAME) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    frame = realloc(frame, low);
    int done = mite_picture_rows(p, frame, low, &table, first, out, (size_t)rows * row);
    if (done) {
        printf("a good picture is refused: %d\n", done);
        exit(1);
    }
    free(p);
    free(frame);
    free(numbers);
    free(out);
    return 1;
}

static void grid(void) {
    mite_boxes_grid_t g = {(uint16_t)(1 + any(30)), (uint16_t)(1 + any(30)), (uint16_t)(1 + any(3)), 0, (uint16_t)any(MITE_BOXES_TYPES), 0, (int32_t)any(200) - 60};
    g.category = (uint16_t)any(g.categories);
    uint32_t size = mite_boxes_grid_bytes(&g), most = mite_boxes_grid_most(&g);
    uint8_t *scores = bytes(size);
    uint16_t *work = malloc(2 * g.height * g.width);
    mite_box_t *boxes = malloc(most * sizeof(mite_box_t));
    uint32_t count = mite_boxes_grid(&g, scores, work, boxes);
    if (count > most) {
        printf("%u boxes, %u at most\n", count, most);
        exit(1);
    }
    mite_boxes_suppress(boxes, count, any(257));
    free(scores);
    free(work);
    free(boxes);
}

static void heads(void) {
    mite_boxes_heads_t h = {1 + any(40), (uint16_t)(3 + any(4)), (uint16_t)(1 + any(4)), (uint16_t)any(3), (uint16_t)any(3), (uint16_t)any(3), 0, (int32_t)any(200) - 60, 3, 0.1f, {10, 10, 5, 5}};
    size_t moves = (size_t)h.count * h.box_size * (h.box_type == 2 ? 4 : 1), scores = (size_t)h.count * h.score_size * (h.score_type == 2 ? 4 : 1);
    if (!mite_boxes_heads_fit(&h, moves, scores, h.count * 16)) {
        return;
    }
    uint8_t *a = bytes(moves), *b = bytes(scores), *c = bytes(h.count * 16); // floats of any bits
    uint32_t most = any(20);
    mite_box_t *boxes = malloc((most + 1) * sizeof(mite_box_t));
    uint32_t count = mite_boxes_heads(&h, a, b, c, boxes, most);
    mite_boxes_suppress(boxes, count, any(257));
    free(a);
    free(b);
    free(c);
    free(boxes);
}

int main(void) {
    int good = 0;
    for (int i = 0; i < 3000; i++) {
        good += picture();
        grid();
        heads();
    }
    printf("%d\n", good);
    return 0;
}
