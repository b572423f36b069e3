// Each output pixel is the weighted mean of a rectangle of the frame, channel by channel as they lie there; then come colour and table.
#include "resample.h"

#include <string.h>

enum { HALF = 1 << 15 }; // of the weights of a rectangle, which add up to 1 << 16

// Three channels, or only the first.
typedef struct {
    uint32_t a, b, c;
} triple_t;

// `format` is a constant where this is called: every loop has its own code. luma: where it is in a pixel of a YUV frame, 0 or 1.
static inline triple_t pixel(uint32_t format, const uint8_t *frame, uint32_t at, uint32_t luma) {
    if (format == MITE_PICTURE_GREY) {
        return (triple_t) {frame[at], 0, 0};
    }
    if (format == MITE_PICTURE_RGB888) {
        return (triple_t) {frame[at], frame[at + 1], frame[at + 2]};
    }
    if (format == MITE_PICTURE_YUYV) {
        const uint8_t *pair = frame + (at & ~3u) + 1 - luma;
        return (triple_t) {frame[at + luma], pair[0], pair[2]};
    }
    uint16_t value;
    memcpy(&value, frame + at, sizeof(value)); // at any address
    if (format == MITE_PICTURE_RGB565_BE) {
        value = (uint16_t)(value << 8 | value >> 8);
    }
    return (triple_t) {value >> 11, value >> 5 & 63u, value & 31u};
}

static inline triple_t plus(triple_t sum, triple_t term, uint32_t weight) {
    return (triple_t) {sum.a + weight * term.a, sum.b + weight * term.b, sum.c + weight * term.c};
}

static inline uint32_t clamped(int32_t value) {
    return value < 0 ? 0 : value > 255 ? 255 : (uint32_t)value;
}

// Weighted sums to red, green and blue of 0 to 255. Five and six bits become eight by 255 / 31 and 255 / 63, as 527 / 64 and 259 / 64 round it.
static inline triple_t colours(uint32_t format, triple_t sum) {
    if (format == MITE_PICTURE_RGB565_BE || format == MITE_PICTURE_RGB565_LE) {
        return (triple_t) {(sum.a * 527 + (1u << 21)) >> 22, (sum.b * 259 + (1u << 21)) >> 22, (sum.c * 527 + (1u << 21)) >> 22};
    }
    triple_t mean = {(sum.a + HALF) >> 16, (sum.b + HALF) >> 16, (sum.c + HALF) >> 16};
    if (format == MITE_PICTURE_YUYV) {
        // ITU-R BT.601, full range, in 65536ths.
        int32_t y = (int32_t)(mean.a << 16) + HALF, u = (int32_t)mean.b - 128, v = (int32_t)mean.c - 128;
        return (triple_t) {clamped((y + 91881 * v) >> 16), clamped((y - 22554 * u - 46802 * v) >> 16), clamped((y + 116130 * u) >> 16)};
    }
    return mean;
}

// Luma of ITU-R BT.601, in 65536ths.
static inline uint32_t grey(triple_t rgb) {
    return (rgb.a * 19595 + rgb.b * 38470 + rgb.c * 7471 + HALF) >> 16;
}

static inline uint8_t *put(uint8_t *out, const uint8_t *numbers, uint32_t bytes, uint32_t value) {
    if (bytes == 1) {
        *out = numbers[value];
        return out + 1;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        out[i] = numbers[value * bytes + i];
    }
    return out + bytes;
}

// The weighted sum of the pixels at `here`, each `along` bytes from the one before.
static inline triple_t across(uint32_t format, const uint8_t *frame, uint32_t here, uint32_t luma, uint32_t along, const uint16_t *weight,
                              uint32_t count) {
    triple_t sum = {0, 0, 0};
    const uint16_t *end = weight + count;
    do {
        sum = plus(sum, pixel(format, frame, here, luma), *weight++);
        here += along;
    } while (weight != end);
    return sum;
}

// Rows of the output. What the loops need is in variables of their own: a byte that is written might be any other.
static inline __attribute__((always_inline)) void lines(uint32_t format, const mite_picture_t *p, const uint8_t *frame, const mite_picture_table_t *table,
                         const uint16_t *row, uint32_t count, uint8_t *out) {
    const uint32_t along = (uint32_t)p->along, down = (uint32_t)p->across, width = p->width, bytes = table->entry_bytes;
    const uint32_t next = table->bytes > 256 * bytes ? 256 : 0;
    const uint32_t luma = p->format == MITE_PICTURE_UYVY;
    const uint8_t *numbers = table->numbers;
    const int is_grey = p->channels == 1, is_backwards = p->format == MITE_PICTURE_BGR888;
    for (; count; count--) {
        const uint32_t rows = row[1], start = p->origin + row[0] * down;
        const uint16_t *weights = row + 2, *column = p->taps;
        row = weights + rows;
        for (uint32_t x = width; x; x--) {
            uint32_t at = start + column[0] * along, columns = column[1];
            column += 2;
            triple_t sum = {0, 0, 0};
            if (rows == 1 && columns == 1) {
                sum = plus(sum, pixel(format, frame, at, luma), 1u << 16);
            } else {
                const uint16_t *weight = weights;
                do {
                    sum = plus(sum, across(format, frame, at, luma, along, column, columns), *weight++);
                    at += down;
                } while (weight != row);
            }
            column += columns;
            triple_t rgb = colours(format, sum);
            if (format == MITE_PICTURE_GREY) {
                rgb.b = rgb.c = rgb.a;
            } else if (format == MITE_PICTURE_RGB888 && is_backwards) {
                rgb = (triple_t) {rgb.c, rgb.b, rgb.a};
            }
            if (is_grey) {
                out = put(out, numbers, bytes, format == MITE_PICTURE_GREY ? rgb.a : grey(rgb));
            } else {
                out = put(out, numbers, bytes, rgb.a);
                out = put(out, numbers, bytes, next + rgb.b);
                out = put(out, numbers, bytes, 2 * next + rgb.c);
            }
        }
    }
}

void mite_resample(const mite_picture_t *p, const uint8_t *frame, const mite_picture_table_t *table, uint32_t first, uint32_t count,
                   uint8_t *out) {
    const uint16_t *row = p->taps + p->rows;
    for (; first; first--) {
        row += 2 + row[1];
    }
    switch (p->format) {
        case MITE_PICTURE_GREY:
            lines(MITE_PICTURE_GREY, p, frame, table, row, count, out);
            break;
        case MITE_PICTURE_RGB565_BE:
            lines(MITE_PICTURE_RGB565_BE, p, frame, table, row, count, out);
            break;
        case MITE_PICTURE_RGB565_LE:
            lines(MITE_PICTURE_RGB565_LE, p, frame, table, row, count, out);
            break;
        case MITE_PICTURE_YUYV:
        case MITE_PICTURE_UYVY:
            lines(MITE_PICTURE_YUYV, p, frame, table, row, count, out);
            break;
        default:
            lines(MITE_PICTURE_RGB888, p, frame, table, row, count, out);
    }
}
