// Winograd's convolution, plainly.

#include <string.h>

#include "roster.h"

static inline int32_t halves(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)low & 0xffff) | (int32_t)((uint32_t)high << 16);
}

static inline int32_t word(const int8_t *at) {
    const uint8_t *b = (const uint8_t *)at;
    return (int32_t)(b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
}

static inline int32_t even(int32_t word) {
    return halves((int8_t)word, (int8_t)(word >> 16));
}

static inline int32_t odd(int32_t word) {
    return halves((int8_t)(word >> 8), word >> 24);
}

static inline int32_t sum(int32_t a, int32_t b) {
    return halves(a + b, (a >> 16) + (b >> 16));
}

static inline int32_t difference(int32_t a, int32_t b) {
    return halves(a - b, (a >> 16) - (b >> 16));
}

typedef struct {
    const mite_requant_t *requant;
    int32_t channel, bias;
} winograd_scale_t;

static inline winograd_scale_t winograd_scale(const mite_requant_t *r, int32_t channel) {
    winograd_scale_t scale = {r, channel, mite_requant_bias(r, channel)};
    return scale;
}

// B from the right: `columns` are those of one row, 8 words apart; `v` are its positions in four tiles, `step` words apart.
static void winograd_across(const int32_t *columns, int32_t *v, int32_t step) {
    for (int32_t row = 0; row < 4; row++, columns++, v += 4 * step) {
        for (int32_t tile = 0; tile < 4; tile++) {
            const int32_t *from = columns + 16 * tile;
            v[tile] = difference(from[0], from[16]);
            v[step + tile] = sum(from[8], from[16]);
            v[2 * step + tile] = difference(from[16], from[8]);
            v[3 * step + tile] = difference(from[8], from[24]);
        }
    }
}

// For each position the sums over `pairs` pairs of input channels, of two output channels in four tiles.
static void winograd_products(const int32_t *u, const int32_t *v, int32_t *sums, int32_t pairs) {
    for (int32_t position = 0; position < 16; position++, sums += 8) {
        memset(sums, 0, 8 * sizeof(*sums));
        for (int32_t i = 0; i < pairs; i++, u += 2, v += 4) {
            for (int32_t k = 0; k < 8; k++) {
                int32_t a = u[k / 4], b = v[k % 4];
                sums[k] = (int32_t)((uint32_t)sums[k] + (uint32_t)((int16_t)a * (int16_t)b) + (uint32_t)((a >> 16) * (b >> 16)));
            }
        }
    }
}

// The four outputs of a channel in a tile. m: its sums, 8 words apart.
static void winograd_outputs(const int32_t *m, const winograd_scale_t *scale, int8_t *out, int32_t down, int32_t right) {
    for (int32_t y = 1; y >= 0; y--) {
        uint32_t a[4]; // A' from above
        for (int32_t x = 0; x < 4; x++) {
            uint32_t b = (uint32_t)m[32 + 8 * x], c = (uint32_t)m[64 + 8 * x];
            a[x] = y ? b - c - (uint32_t)m[96 + 8 * x] : (uint32_t)m[8 * x] + b + c;
        }
        int32_t left_sum = (int32_t)(a[0] + a[1] + a[2]), right_sum = (int32_t)(a[1] - a[2] - a[3]);
        out[y * down + right] = mite_requant_output(scale->requant, scale->channel, (right_sum >> 2) + scale->bias);
        out[y * down] = mite_requant_output(scale->requant, scale->channel, (left_sum >> 2) + scale->bias);
    }
}

#include "conv_winograd.h"

void mite_conv_2d_winograd_s8__generic(const mite_conv_t *p) {
    winograd_run(p);
}
