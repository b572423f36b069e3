// Each output pixel is the weighted mean of a rectangle of the frame, channel by channel as they lie there; then come colour and table.
#include "resample.h"

#include <string.h>

enum { HALF = 1 << 15 }; // of the weights of a rectangle, which add up to 1 << 16

// Three channels, or only the first.
typedef struct {
    uint32_t a, b, c;
} triple_t;

// `format` is a constant where this is called: every loop has its own code.
static inline triple_t pixel(uint32_t format, const uint8_t *frame, uint32_t at) {
    if (format == MITE_PICTURE_GREY) {
        return (triple_t) {frame[at], 0, 0};
    }
    if (format == MITE_PICTURE_RGB888) {
        return (triple_t) {frame[at], frame[at + 1], frame[at + 2]};
    }
    if (format == MITE_PICTURE_YUYV) {
        uint32_t pair = at & ~3u;
        return (triple_t) {frame[at], frame[pair + 1], frame[pair + 3]};
    }
    if (format == MITE_PICTURE_UYVY) {
        uint32_t pair = at & ~3u;
        return (triple_t) {frame[at + 1], frame[pair], frame[pair + 2]};
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
    if (format == MITE_PICTURE_YUYV || format == MITE_PICTURE_UYVY) {
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

static inline uint8_t *put(uint8_t *out, const mite_picture_table_t *table, uint32_t value) {
    if (table->entry_bytes == 1) {
        *out = table->numbers[value];
        return out + 1;
    }
    const uint8_t *from = table->numbers + value * table->entry_bytes;
    for (uint32_t i = 0; i < table->entry_bytes; i++) {
        out[i] = from[i];
    }
    return out + table->entry_bytes;
}

// The weighted sum of a rectangle.
static inline triple_t mean(uint32_t format, const mite_picture_t *p, const uint8_t *frame, const uint16_t *column, const uint16_t *row) {
    uint32_t at = p->origin + column[0] * (uint32_t)p->along + row[0] * (uint32_t)p->across;
    uint32_t columns = column[1], rows = row[1];
    if (columns == 1 && rows == 1) {
        return plus((triple_t) {0, 0, 0}, pixel(format, frame, at), 1u << 16);
    }
    triple_t sum = {0, 0, 0};
    for (uint32_t j = 0; j < rows; j++, at += (uint32_t)p->across) {
        triple_t line = {0, 0, 0};
        uint32_t here = at;
        for (uint32_t i = 0; i < columns; i++, here += (uint32_t)p->along) {
            line = plus(line, pixel(format, frame, here), column[2 + i]);
        }
        sum = plus(sum, line, row[2 + j]);
    }
    return sum;
}

static inline uint8_t *line(uint32_t format, const mite_picture_t *p, const uint8_t *frame, const mite_picture_table_t *table,
                            const uint16_t *row, uint8_t *out) {
    const uint16_t *column = p->taps;
    uint32_t next = table->bytes > 256 * table->entry_bytes ? 256 : 0;
    for (uint32_t x = 0; x < p->width; x++, column += 2 + column[1]) {
        triple_t rgb = colours(format, mean(format, p, frame, column, row));
        if (format == MITE_PICTURE_GREY) {
            rgb.b = rgb.c = rgb.a;
        } else if (format == MITE_PICTURE_RGB888 && p->format == MITE_PICTURE_BGR888) {
            rgb = (triple_t) {rgb.c, rgb.b, rgb.a};
        }
        if (p->channels == 1) {
            out = put(out, table, format == MITE_PICTURE_GREY ? rgb.a : grey(rgb));
        } else {
            out = put(out, table, rgb.a);
            out = put(out, table, next + rgb.b);
            out = put(out, table, 2 * next + rgb.c);
        }
    }
    return out;
}

void mite_resample(const mite_picture_t *p, const uint8_t *frame, const mite_picture_table_t *table, uint32_t first, uint32_t count,
                   uint8_t *out) {
    const uint16_t *row = p->taps + p->rows;
    for (; first; first--) {
        row += 2 + row[1];
    }
    for (; count; count--, row += 2 + row[1]) {
        switch (p->format) {
            case MITE_PICTURE_GREY:
                out = line(MITE_PICTURE_GREY, p, frame, table, row, out);
                break;
            case MITE_PICTURE_RGB565_BE:
                out = line(MITE_PICTURE_RGB565_BE, p, frame, table, row, out);
                break;
            case MITE_PICTURE_RGB565_LE:
                out = line(MITE_PICTURE_RGB565_LE, p, frame, table, row, out);
                break;
            case MITE_PICTURE_YUYV:
                out = line(MITE_PICTURE_YUYV, p, frame, table, row, out);
                break;
            case MITE_PICTURE_UYVY:
                out = line(MITE_PICTURE_UYVY, p, frame, table, row, out);
                break;
            default:
                out = line(MITE_PICTURE_RGB888, p, frame, table, row, out);
        }
    }
}
