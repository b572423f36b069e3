// The audio front-end: 16 kHz sound to 40 log-mel features a frame, in integers only.
//
// It gives, bit for bit, what the TensorFlow Lite "micro front-end" gives with the parameters
// that micro_speech and microWakeWord models were trained with. Everything it needs is one block
// of memory of the caller; it allocates nothing and has no state of its own.
#ifndef MITE_AUDIO_FRONTEND_H
#define MITE_AUDIO_FRONTEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MITE_FRONTEND_CHANNELS = 40, // features in a frame
    MITE_FRONTEND_WINDOW = 480,  // samples in a window: 30 ms at 16 kHz
};

// Errors, as negative numbers; 0 is success.
enum {
    MITE_FRONTEND_ERROR_CONFIG = -1, // a field of the configuration is not one of the values it may have
    MITE_FRONTEND_ERROR_SIZE = -2,   // the block is smaller than mite_frontend_bytes() asks
    MITE_FRONTEND_ERROR_ALIGN = -3,  // the block is not aligned to 4 bytes
};

// Every field must be set; mite_frontend_defaults() sets them all. Zero is never a default.
typedef struct {
    uint16_t sample_rate; // samples a second. Only 16000
    uint16_t window_ms;   // length of a window, milliseconds. Only 30
    uint16_t stride_ms;   // from one window to the next, milliseconds. 1 to window_ms; default 20 (microWakeWord: 10)
    uint16_t channels;    // mel channels. Only 40
    uint16_t lower_hz;    // lower edge of the first channel, hertz. Only 125
    uint16_t upper_hz;    // upper edge of the last channel, hertz. Only 7500
} mite_frontend_config_t;

typedef struct mite_frontend mite_frontend_t;

void mite_frontend_defaults(mite_frontend_config_t *config);

// Bytes that a front-end with this configuration needs, or a negative error.
int mite_frontend_bytes(const mite_frontend_config_t *config);

// Make a front-end in `block`, which must be aligned to 4 bytes and stay where it is.
// 0, or a negative error; the front-end is then `(mite_frontend_t *)block`.
int mite_frontend_init(void *block, size_t bytes, const mite_frontend_config_t *config);

// Back to the state just after init: no samples held, no noise heard.
void mite_frontend_reset(mite_frontend_t *frontend);

// Take little-endian int16 samples from a buffer of bytes until a window is full or there are no more.
// A block may end or begin in the middle of a sample. Returns how many bytes were taken; call again with the
// rest. *ready says whether a window was full; then, and only then, features[] is written.
size_t mite_frontend_feed_bytes(mite_frontend_t *frontend, const void *bytes, size_t count,
                                uint16_t features[MITE_FRONTEND_CHANNELS], bool *ready);

// Raw features to the int8 inputs of micro_speech and microWakeWord models (scale 26/256, zero point -128).
void mite_frontend_quantize(const uint16_t *features, int8_t *quantized, size_t count);

#endif
