// Collects samples into windows and takes each through the stages: fft, filterbank, gain.
#include "frontend.h"

#include <string.h>

#include "fft.h"
#include "filterbank.h"
#include "gain.h"

struct mite_frontend {
    uint32_t noise[MITE_FRONTEND_CHANNELS];
    uint32_t levels[MITE_FRONTEND_CHANNELS];
    mite_fft_work_t work;
    uint16_t stride_bytes;
    uint16_t held_bytes;
    int16_t window[MITE_FRONTEND_WINDOW];
};

void mite_frontend_defaults(mite_frontend_config_t *config) {
    config->sample_rate = 16000;
    config->window_ms = 30;
    config->stride_ms = 20;
    config->channels = MITE_FRONTEND_CHANNELS;
    config->lower_hz = 125;
    config->upper_hz = 7500;
}

int mite_frontend_bytes(const mite_frontend_config_t *config) {
    if (config->sample_rate != 16000 || config->window_ms != 30 || config->stride_ms < 1 ||
        config->stride_ms > config->window_ms || config->channels != MITE_FRONTEND_CHANNELS ||
        config->lower_hz != 125 || config->upper_hz != 7500) {
        return MITE_FRONTEND_ERROR_CONFIG;
    }
    return (int)sizeof(mite_frontend_t);
}

int mite_frontend_init(void *block, size_t bytes, const mite_frontend_config_t *config) {
    int needed = mite_frontend_bytes(config);
    if (needed < 0) {
        return needed;
    }
    if (bytes < (size_t)needed) {
        return MITE_FRONTEND_ERROR_SIZE;
    }
    if ((uintptr_t)block & 3) {
        return MITE_FRONTEND_ERROR_ALIGN;
    }
    mite_frontend_t *frontend = block;
    frontend->stride_bytes = (uint16_t)(config->stride_ms * (config->sample_rate / 1000) * sizeof(int16_t));
    mite_frontend_reset(frontend);
    return 0;
}

void mite_frontend_reset(mite_frontend_t *frontend) {
    frontend->held_bytes = 0;
    memset(frontend->noise, 0, sizeof frontend->noise);
}

size_t mite_frontend_feed_bytes(mite_frontend_t *frontend, const void *bytes, size_t count,
                                uint16_t features[MITE_FRONTEND_CHANNELS], bool *ready) {
    size_t missing = sizeof frontend->window - frontend->held_bytes;
    size_t taken = count < missing ? count : missing;
    memcpy((uint8_t *)frontend->window + frontend->held_bytes, bytes, taken);
    frontend->held_bytes = (uint16_t)(frontend->held_bytes + taken);
    *ready = taken == missing;
    if (*ready) {
        int shift = mite_fft_energies(&frontend->work, frontend->window);
        mite_filterbank_levels(frontend->levels, frontend->work.words, shift);
        mite_gain_features(features, frontend->levels, frontend->noise, MITE_FRONTEND_CHANNELS);
        frontend->held_bytes = (uint16_t)(sizeof frontend->window - frontend->stride_bytes);
        memmove(frontend->window, (uint8_t *)frontend->window + frontend->stride_bytes, frontend->held_bytes);
    }
    return taken;
}

void mite_frontend_quantize(const uint16_t *features, int8_t *quantized, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int32_t value = (int32_t)(((uint32_t)features[i] * 256 + 333) / 666) - 128;
        quantized[i] = (int8_t)(value < 127 ? value : 127);
    }
}
