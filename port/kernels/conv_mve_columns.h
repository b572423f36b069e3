// Convolution with Helium: the taps of pixels as columns in scratch memory, 16 of one pixel and 16 of the next in turn.
#ifndef MITE_CONV_MVE_COLUMNS_H
#define MITE_CONV_MVE_COLUMNS_H

#include <stddef.h>

#include "mve.h"

enum { PAIR = 2, VECTOR = 16 }; // pixels whose columns are interleaved; bytes

enum { TABLE = 6 }; // vectors of taps

// Where the taps of a window are that lies in the picture, from its first one on, vector by vector.
typedef struct {
    int32_t vectors; // 0: not known
    int is_short;    // places fit 8 bits
    int32_t base[TABLE];
    uint16_t at[TABLE][VECTOR]; // from the base on; bytes if `is_short`
} mve_table_t;

typedef struct {
    int32_t taps;     // of a group, a multiple of 4: bytes of a weights' row
    int32_t bytes;    // of them, without padding
    int32_t channels; // of a group
    int direct;       // a tap's channels are whole vectors, or there is only one tap
    int simple;       // a kernel row's taps follow one another in the picture
    uint32_t last_top, last_left; // the last window that lies in the picture; 0 if none does, as in `simple`
    mve_table_t table;            // where not `direct`
} mve_shape_t;

// Copies `bytes` into a column, of which a vector comes every 32 bytes (step: PAIR * VECTOR) or is the only one.
static inline __attribute__((always_inline)) int8_t *lay(int8_t *column, const int8_t *from, int32_t bytes) {
    __asm volatile("wlstp.8 lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.8 q0, [%[from]], #16\n"
                   "vstrb.8 q0, [%[to]], #32\n"
                   "letp lr, 1b\n"
                   "2:\n"
                   : [to] "+r"(column), [from] "+r"(from)
                   : [n] "r"(bytes)
                   : "lr", "q0", "memory");
    return column;
}

// The columns of `count` pixels of `channels` each, one behind the other.
static void mve_lay_pixels(int8_t *column, const int8_t *from, int32_t channels, int32_t count, int32_t pair_bytes) {
    if (channels == VECTOR) {
        mve_copy(column, from, channels * count);
        return;
    }
    if (channels < VECTOR) {
        mve_pred16_t inside;
        __asm volatile("vctp.8 %[channels]\n"
                       "dls lr, %[count]\n"
                       "1:\n"
                       "vpst\n"
                       "vldrbt.u8 q0, [%[from]]\n"
                       "add %[from], %[channels]\n"
                       "vstrb.8 q0, [%[to]], #16\n"
                       "le lr, 1b\n"
                       : [to] "+r"(column), [from] "+r"(from), "=Up"(inside)
                       : [channels] "r"(channels), [count] "r"(count)
                       : "lr", "q0", "memory");
        (void)inside;
        return;
    }
    int32_t vectors = channels / VECTOR, rest = channels % VECTOR;
    for (; count >= PAIR; count -= PAIR, column += pair_bytes) {
        int8_t *to = column;
        const int8_t *second = from + channels;
        __asm volatile("dls lr, %[vectors]\n"
                       "1:\n"
                       "vldrb.8 q0, [%[from]], #16\n"
                       "vldrb.8 q1, [%[second]], #16\n"
                       "vstrb.8 q0, [%[to]], #32\n"
                       "vstrb.8 q1, [%[to], #-16]\n"
                       "le lr, 1b\n"
                       : [to] "+r"(to), [from] "+r"(from), [second] "+r"(second)
                       : [vectors] "r"(vectors)
                       : "lr", "q0", "q1", "memory");
        if (rest) {
            mve_pred16_t some = vctp8q((uint32_t)rest);
            vstrbq_s8(to, vldrbq_z_s8(from, some));
            vstrbq_s8(to + VECTOR, vldrbq_z_s8(second, some));
        }
        from = second + rest;
    }
    if (count) {
        lay(column, from, channels);
    }
}

// The same for `rows` runs, `line` bytes apart.
static inline __attribute__((always_inline)) void lay_rows(int8_t *column, const int8_t *from, int32_t bytes, int32_t line, int32_t rows) {
    const int8_t *at;
    __asm volatile("1:\n"
                   "mov %[at], %[from]\n"
                   "wlstp.8 lr, %[n], 3f\n"
                   "2:\n"
                   "vldrb.8 q0, [%[at]], #16\n"
                   "vstrb.8 q0, [%[to]], #32\n"
                   "letp lr, 2b\n"
                   "3:\n"
                   "add %[from], %[line]\n"
                   "subs %[rows], #1\n"
                   "bne 1b\n"
                   : [to] "+r"(column), [from] "+r"(from), [rows] "+r"(rows), [at] "=&r"(at)
                   : [n] "r"(bytes), [line] "r"(line)
                   : "lr", "q0", "cc", "memory");
}

// `rows` runs of at most one vector, `line` bytes apart, to places `to_step` bytes apart.
static inline __attribute__((always_inline)) void copy_short_rows(int8_t *to, int32_t to_step, const int8_t *from, int32_t bytes, int32_t line,
                                                                  int32_t rows) {
    mve_pred16_t inside;
    __asm volatile("vctp.8 %[n]\n"
                   "dls lr, %[rows]\n"
                   "1:\n"
                   "vpstt\n"
                   "vldrbt.u8 q0, [%[from]]\n"
                   "vstrbt.8 q0, [%[to]]\n"
                   "add %[from], %[line]\n"
                   "add %[to], %[to_step]\n"
                   "le lr, 1b\n"
                   : [to] "+r"(to), [from] "+r"(from), "=Up"(inside)
                   : [n] "r"(bytes), [line] "r"(line), [rows] "r"(rows), [to_step] "r"(to_step)
                   : "lr", "q0", "memory");
    (void)inside;
}

static void mve_make_table(const mite_conv_t *p, const mve_shape_t *s, mve_table_t *table) {
    int32_t line = p->in_w * p->in_c, width = p->kernel_w * s->channels, ky = 0, at = 0;
    table->vectors = (s->bytes + VECTOR - 1) / VECTOR;
    if (table->vectors > TABLE || line > UINT16_MAX / VECTOR) {
        table->vectors = 0;
        return;
    }
    table->is_short = 1;
    for (int32_t i = 0; i < table->vectors * VECTOR; i++) {
        int32_t place = ky * line + at, v = i / VECTOR;
        if (i % VECTOR == 0) {
            table->base[v] = place;
        }
        place = i < s->bytes ? place - table->base[v] : 0; // taps too many read what is there
        table->is_short &= place <= UINT8_MAX;
        table->at[v][i % VECTOR] = (uint16_t)place;
        if (++at == width) {
            at = 0;
            ky++;
        }
    }
    for (int32_t v = 0; table->is_short && v < table->vectors; v++) {
        uint16x8_t places = vldrhq_u16(table->at[v]), then = vldrhq_u16(table->at[v] + 8);
        vstrbq_u16((uint8_t *)table->at[v], places);
        vstrbq_u16((uint8_t *)table->at[v] + 8, then);
    }
}

// One vector of taps of `pairs` times two pixels, from `from` on.
static inline __attribute__((always_inline)) void take_short(const int8_t *from, int32_t step, uint8x16_t at, int8_t *to, int32_t pair_bytes,
                                                             int32_t pairs) {
    __asm volatile("wls lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u8 q0, [%[from], %q[at]]\n"
                   "add %[from], %[step]\n"
                   "vstrb.8 q0, [%[to]]\n"
                   "vldrb.u8 q0, [%[from], %q[at]]\n"
                   "add %[from], %[step]\n"
                   "vstrb.8 q0, [%[to], #16]\n"
                   "add %[to], %[pair]\n"
                   "le lr, 1b\n"
                   "2:\n"
                   : [to] "+l"(to), [from] "+r"(from)
                   : [n] "r"(pairs), [step] "r"(step), [at] "w"(at), [pair] "r"(pair_bytes)
                   : "lr", "q0", "memory");
}

static inline __attribute__((always_inline)) void take_long(const int8_t *from, int32_t step, uint16x8_t at, uint16x8_t then, int8_t *to,
                                                            int32_t pair_bytes, int32_t pairs) {
    __asm volatile("wls lr, %[n], 2f\n"
                   "1:\n"
                   "vldrb.u16 q0, [%[from], %q[at]]\n"
                   "vldrb.u16 q1, [%[from], %q[then]]\n"
                   "add %[from], %[step]\n"
                   "vstrb.16 q0, [%[to]]\n"
                   "vstrb.16 q1, [%[to], #8]\n"
                   "vldrb.u16 q0, [%[from], %q[at]]\n"
                   "vldrb.u16 q1, [%[from], %q[then]]\n"
                   "add %[from], %[step]\n"
                   "vstrb.16 q0, [%[to], #16]\n"
                   "vstrb.16 q1, [%[to], #24]\n"
                   "add %[to], %[pair]\n"
                   "le lr, 1b\n"
                   "2:\n"
                   : [to] "+l"(to), [from] "+l"(from)
                   : [n] "r"(pairs), [step] "r"(step), [at] "w"(at), [then] "w"(then), [pair] "r"(pair_bytes)
                   : "lr", "q0", "q1", "memory");
}

// The columns of `count` neighbours, `step` bytes apart; the first is a pair's second if `second`.
static __attribute__((noinline)) void mve_take(const mve_table_t *table, const int8_t *from, int32_t step, int8_t *column, int32_t pair_bytes,
                                               int32_t count, int second) {
    int32_t pairs = (count - second) / PAIR, last = count - second - PAIR * pairs;
    for (int32_t v = 0; v < table->vectors; v++, column += PAIR * VECTOR) {
        const int8_t *at = from + table->base[v];
        int8_t *to = column;
        if (table->is_short) {
            uint8x16_t places = vldrbq_u8((const uint8_t *)table->at[v]);
            if (second) {
                vstrbq_s8(to, vldrbq_gather_offset_s8(at, places));
                at += step;
                to += pair_bytes - VECTOR;
            }
            take_short(at, step, places, to, pair_bytes, pairs);
            if (last) {
                vstrbq_s8(to + pairs * pair_bytes, vldrbq_gather_offset_s8(at + PAIR * pairs * step, places));
            }
        } else {
            uint16x8_t places = vldrhq_u16(table->at[v]), then = vldrhq_u16(table->at[v] + 8);
            if (second) {
                vstrbq_s16(to, vldrbq_gather_offset_s16(at, places));
                vstrbq_s16(to + 8, vldrbq_gather_offset_s16(at, then));
                at += step;
                to += pair_bytes - VECTOR;
            }
            take_long(at, step, places, then, to, pair_bytes, pairs);
            if (last) {
                at += PAIR * pairs * step;
                to += pairs * pair_bytes;
                vstrbq_s16(to, vldrbq_gather_offset_s16(at, places));
                vstrbq_s16(to + 8, vldrbq_gather_offset_s16(at, then));
            }
        }
    }
}

// Runs of any length.
static inline __attribute__((always_inline)) void copy_rows(int8_t *to, const int8_t *from, int32_t bytes, int32_t line, int32_t rows) {
#pragma GCC unroll 1
    for (; rows; rows--, from += line) {
        to = mve_copy(to, from, bytes);
    }
}

static inline __attribute__((always_inline)) int8_t *lay_value(int8_t *column, int32_t value, int32_t bytes) {
    int8x16_t values = vdupq_n_s8((int8_t)value);
#pragma GCC unroll 1
    for (; bytes > 0; bytes -= VECTOR, column += PAIR * VECTOR) {
        vstrbq_s8(column, values);
    }
    return column;
}

// Bytes that follow one another, into a column or into a row that will become one.
static inline __attribute__((always_inline)) int8_t *put(int8_t *to, const int8_t *from, int32_t bytes, int direct) {
    return direct ? lay(to, from, bytes) : mve_copy(to, from, bytes);
}

static inline __attribute__((always_inline)) int8_t *put_value(int8_t *to, int32_t value, int32_t bytes, int direct) {
    return direct ? lay_value(to, value, bytes) : mve_fill(to, value, bytes);
}

// The taps of the pixel at (top, left) of the picture, for the group whose channels begin at `picture`; straight into a column if `direct`.
static __attribute__((noinline)) void gather(const mite_conv_t *p, const mve_shape_t *s, const int8_t *picture, int32_t top,
                                                         int32_t left, int8_t *to, int direct) {
    int32_t zero = p->input_zero_point, line = p->in_w * p->in_c, width = p->kernel_w * s->channels;
    const int8_t *from = picture + top * line + left * p->in_c;
    if (s->simple) {
        // The zero point everywhere, then what lies in the picture.
        int32_t begin = mite_quant_clamp(-left, 0, p->kernel_w), end = mite_quant_clamp(p->in_w - left, begin, p->kernel_w);
        int32_t first = mite_quant_clamp(-top, 0, p->kernel_h), rows = mite_quant_clamp(p->in_h - top, first, p->kernel_h) - first;
        int32_t bytes = (end - begin) * s->channels, at = first * width + begin * s->channels;
        put_value(to, zero, s->bytes, direct);
        from += first * line + begin * s->channels;
        if (!direct && bytes <= VECTOR && bytes && rows) {
            copy_short_rows(to + at, width, from, bytes, line, rows);
            return;
        }
        for (; rows; rows--, from += line, at += width) {
            put(to + at * (direct ? PAIR : 1), from, bytes, direct);
        }
        return;
    }
    for (int32_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t y = top + ky * p->dilation_h;
        for (int32_t kx = 0; kx < p->kernel_w; kx++) {
            int32_t x = left + kx * p->dilation_w;
            if (y < 0 || y >= p->in_h || x < 0 || x >= p->in_w) {
                to = put_value(to, zero, s->channels, direct);
            } else {
                to = put(to, picture + (y * p->in_w + x) * p->in_c, s->channels, direct);
            }
        }
    }
}

// Where the next pixel's window begins in the picture.
typedef struct {
    const int8_t *picture;  // the group's first channel
    int32_t top, left, x;   // x: the output pixel's place in its row
    int32_t rows;           // of outputs left in this picture
} mve_walk_t;

// The columns of the next `count` pixels. A function of its own: together with all the others, its loops would not find registers.
static inline __attribute__((always_inline)) void walk(const mite_conv_t *p, const mve_shape_t *s, mve_walk_t *w, int8_t *column, int32_t pair_bytes,
                                                       int32_t count, int8_t *row, const int direct) {
    int32_t top = w->top, left = w->left, x = w->x, line = p->in_w * p->in_c, next = VECTOR, stride = p->stride_w;
    while (count) {
        int32_t some = 1;
        if (s->simple && (uint32_t)left <= s->last_left && (uint32_t)top <= s->last_top) {
            // As many pixels as have their windows in the picture, too.
            some = mite_quant_min(mite_quant_min(count, p->out_w - x), (int32_t)(s->last_left - (uint32_t)left) / stride + 1);
            const int8_t *from = w->picture + top * line + left * p->in_c;
            int32_t step = stride * p->in_c, width = p->kernel_w * s->channels, rows = p->kernel_h, bytes = s->bytes;
            if (!direct && s->table.vectors) {
                mve_take(&s->table, from, step, column, pair_bytes, some, next != VECTOR);
                column += some / PAIR * pair_bytes + (some % PAIR ? next : 0);
                next = some % PAIR ? pair_bytes - next : next;
                rows = 0;
            }
#pragma GCC unroll 1
            for (int32_t i = rows ? some : 0; i; i--, from += step) {
                if (direct) {
                    lay_rows(column, from, width, line, rows);
                } else {
                    if (width <= VECTOR) {
                        copy_short_rows(row, width, from, width, line, rows);
                    } else {
                        copy_rows(row, from, width, line, rows);
                    }
                    lay(column, row, bytes);
                }
                column += next;
                next = pair_bytes - next;
            }
        } else {
            gather(p, s, w->picture, top, left, direct ? column : row, direct);
            if (!direct) {
                lay(column, row, s->bytes);
            }
            column += next;
            next = pair_bytes - next;
        }
        count -= some;
        x += some;
        left += some * stride;
        if (x == p->out_w) {
            x = 0;
            left = -p->pad_left;
            top += p->stride_h;
            if (!--w->rows) {
                w->rows = p->out_h;
                w->picture += p->in_h * line;
                top = -p->pad_top;
            }
        }
    }
    w->top = top;
    w->left = left;
    w->x = x;
}

static __attribute__((noinline)) void mve_walk_direct(const mite_conv_t *p, const mve_shape_t *s, mve_walk_t *w, int8_t *column, int32_t pair_bytes,
                                                  int32_t count) {
    walk(p, s, w, column, pair_bytes, count, NULL, 1);
}

static __attribute__((noinline)) void mve_walk_rows(const mite_conv_t *p, const mve_shape_t *s, mve_walk_t *w, int8_t *column, int32_t pair_bytes,
                                                int32_t count, int8_t *row) {
    walk(p, s, w, column, pair_bytes, count, row, 0);
}

#endif
