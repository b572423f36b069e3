// Configuration to tables of taps: which source pixels an output pixel is made of along an axis, and how much of each. The methods
// differ only here. Weights along an axis add up to 256.
#include "picture.h"

#include <stdbool.h>

#include "resample.h"

static bool within(uint32_t value, uint32_t least, uint32_t most) {
    return value >= least && value <= most;
}

static uint32_t pixel_bytes(uint32_t format) {
    return format == MITE_PICTURE_GREY ? 1 : format == MITE_PICTURE_RGB888 || format == MITE_PICTURE_BGR888 ? 3 : 2;
}

static bool is_yuv(uint32_t format) {
    return format == MITE_PICTURE_YUYV || format == MITE_PICTURE_UYVY;
}

// The pixel in which the middle of the output pixel lies.
static uint32_t nearest(uint32_t from, uint32_t to, uint32_t out, uint16_t *taps) {
    taps[0] = (uint16_t)((2 * out + 1) * from / (2 * to));
    taps[1] = 1;
    taps[2] = 256;
    return 3;
}

// The two pixels between whose middles that of the output pixel lies; at the edges one.
static uint32_t bilinear(uint32_t from, uint32_t to, uint32_t out, uint16_t *taps) {
    uint32_t middle = (2 * out + 1) * from; // in units of 1 / (2 * to)
    middle = middle > to ? middle - to : 0;
    uint32_t first = middle / (2 * to), part = (middle % (2 * to) * 256 + to) / (2 * to);
    if (part == 256) {
        first += 1;
        part = 0;
    }
    if (first >= from - 1) {
        first = from - 1;
        part = 0;
    }
    taps[0] = (uint16_t)first;
    taps[1] = part ? 2 : 1;
    taps[2] = (uint16_t)(256 - part);
    taps[3] = (uint16_t)part;
    return 2u + taps[1];
}

// All pixels that the output pixel covers, each by how much of it. Pixel i covers the output's 256ths from i * to * 256 / from on, rounded down:
// so nothing is lost and nothing counted twice.
static uint32_t area(uint32_t from, uint32_t to, uint32_t out, uint16_t *taps, bool write) {
    uint32_t begin = 256 * out, end = begin + 256, i = out * from / to, count = 0;
    while ((i + 1) * to * 256 / from <= begin) {
        i += 1;
    }
    if (write) {
        taps[0] = (uint16_t)i;
    }
    for (uint32_t left = begin; left < end; i++, count++) {
        uint32_t right = (i + 1) * to * 256 / from;
        right = right < end ? right : end;
        if (write) {
            taps[2 + count] = (uint16_t)(right - left);
        }
        left = right;
    }
    if (write) {
        taps[1] = (uint16_t)count;
    }
    return 2 + count;
}

// The taps of an axis, `from` pixels to `to`: for each output pixel the first one, their number, and their weights. Returns how many
// numbers that is; with taps NULL it only counts.
static uint32_t axis(uint32_t method, uint32_t from, uint32_t to, uint16_t *taps) {
    uint32_t at = 0;
    for (uint32_t out = 0; out < to; out++) {
        uint16_t one[4];
        uint16_t *here = taps ? taps + at : one;
        switch (method) {
            case MITE_PICTURE_NEAREST:
                at += nearest(from, to, out, here);
                break;
            case MITE_PICTURE_BILINEAR: {
                uint32_t count = bilinear(from, to, out, one);
                for (uint32_t i = 0; taps && i < count; i++) {
                    here[i] = one[i];
                }
                at += count;
                break;
            }
            default:
                at += area(from, to, out, here, taps != NULL);
        }
    }
    return at;
}

// The sides of the crop after the turns.
static uint32_t turned_width(const mite_picture_config_t *c) {
    return c->turns & 1 ? c->crop_height : c->crop_width;
}

static uint32_t turned_height(const mite_picture_config_t *c) {
    return c->turns & 1 ? c->crop_width : c->crop_height;
}

int32_t mite_picture_bytes(const mite_picture_config_t *c) {
    if (c->format >= MITE_PICTURE_FORMATS || c->method >= MITE_PICTURE_METHODS || c->turns > 3 || (c->channels != 1 && c->channels != 3)) {
        return MITE_PICTURE_ERROR_FORMAT;
    }
    if (!within(c->width, 1, MITE_PICTURE_MOST) || !within(c->height, 1, MITE_PICTURE_MOST) || !within(c->out_width, 1, MITE_PICTURE_MOST)
        || !within(c->out_height, 1, MITE_PICTURE_MOST)) {
        return MITE_PICTURE_ERROR_SIZE;
    }
    if (!c->crop_width || !c->crop_height || (uint32_t)c->x + c->crop_width > c->width || (uint32_t)c->y + c->crop_height > c->height) {
        return MITE_PICTURE_ERROR_CROP;
    }
    // The last pixel of a YUV row may be half of a pair.
    uint32_t row = (is_yuv(c->format) ? (c->width + 1u) & ~1u : c->width) * pixel_bytes(c->format);
    if (!within(c->stride, row, 1u << 16) || (is_yuv(c->format) && c->stride % 4)) {
        return MITE_PICTURE_ERROR_STRIDE;
    }
    uint32_t numbers = axis(c->method, turned_width(c), c->out_width, NULL) + axis(c->method, turned_height(c), c->out_height, NULL);
    return (int32_t)((sizeof(mite_picture_t) + sizeof(uint16_t) * numbers + 3) / 4 * 4);
}

void mite_picture_init(mite_picture_t *p, const mite_picture_config_t *c) {
    uint32_t pixel = pixel_bytes(c->format);
    int32_t right = (int32_t)pixel, down = (int32_t)c->stride;
    uint32_t x = c->x, y = c->y;
    // Where the output's first pixel lies in the frame, and where its rows and columns lead there.
    if (c->turns == 1 || c->turns == 2) {
        y += c->crop_height - 1u;
    }
    if (c->turns == 2 || c->turns == 3) {
        x += c->crop_width - 1u;
    }
    p->along = c->turns == 0 ? right : c->turns == 1 ? -down : c->turns == 2 ? -right : down;
    p->across = c->turns == 0 ? down : c->turns == 1 ? right : c->turns == 2 ? -down : -right;
    p->origin = y * c->stride + x * pixel;
    uint32_t behind = c->x + c->crop_width;
    p->frame_bytes = (c->y + c->crop_height - 1u) * c->stride + (is_yuv(c->format) ? (behind + 1u) & ~1u : behind) * pixel;
    p->width = c->out_width;
    p->height = c->out_height;
    p->channels = c->channels;
    p->format = c->format;
    if (is_yuv(c->format) && c->channels == 1) {
        // Grey is every second byte.
        p->origin += c->format == MITE_PICTURE_UYVY;
        p->format = MITE_PICTURE_GREY;
    }
    p->rows = axis(c->method, turned_width(c), c->out_width, p->taps);
    axis(c->method, turned_height(c), c->out_height, p->taps + p->rows);
}

int mite_picture_rows(const mite_picture_t *p, const uint8_t *frame, size_t frame_bytes, const mite_picture_table_t *table, uint32_t first,
                      uint8_t *out, size_t out_bytes) {
    uint32_t size = table->entry_bytes, row_bytes = (uint32_t)p->width * p->channels * size;
    if (frame_bytes < p->frame_bytes) {
        return MITE_PICTURE_ERROR_FRAME;
    }
    if ((size != 1 && size != 2 && size != 4) || (table->bytes != 256 * size && table->bytes != 3 * 256 * size)
        || (table->bytes != 256 * size && p->channels == 1) || out_bytes % row_bytes || first > p->height
        || out_bytes / row_bytes > p->height - first) {
        return MITE_PICTURE_ERROR_OUT;
    }
    mite_resample(p, frame, table, first, (uint32_t)(out_bytes / row_bytes), out);
    return 0;
}
