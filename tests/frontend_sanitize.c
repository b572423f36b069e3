// Drives the front-end over loud, quiet and odd sound in blocks of odd sizes, for gcc's sanitizers to watch.
// Prints a checksum of all features.
#include <stdio.h>
#include <stdlib.h>

#include "frontend.h"

int main(void) {
    mite_frontend_config_t config;
    mite_frontend_defaults(&config);
    uint32_t seed = 1, sum = 0;
    for (int kind = 0; kind < 8; kind++) {
        config.stride_ms = (uint16_t)(1 + kind * 29 / 7);
        size_t bytes = (size_t)mite_frontend_bytes(&config);
        void *block = malloc(bytes);
        if (mite_frontend_init(block, bytes, &config)) {
            return 1;
        }
        for (int second = 0; second < 2; second++) {
            enum { SAMPLES = 16000 };
            // Exactly as long as it is, so that a byte too far is seen.
            int16_t *samples = malloc(SAMPLES * sizeof(int16_t));
            for (int i = 0; i < SAMPLES; i++) {
                seed = seed * 1664525u + 1013904223u;
                int16_t noise = (int16_t)(seed >> 16);
                int16_t square = i / 7 & 1 ? 32767 : -32768;
                int16_t ramp = (int16_t)(i * 77), spike = i % 997 ? 3 : -32768;
                const int16_t values[8] = {0, noise, square, -32768, 32767, noise >> 12, ramp, spike};
                samples[i] = values[kind];
            }
            const uint8_t *at = (const uint8_t *)samples, *end = at + SAMPLES * sizeof(int16_t);
            while (at < end) {
                size_t count = 1 + seed % 777;
                seed = seed * 1664525u + 1013904223u;
                count = count < (size_t)(end - at) ? count : (size_t)(end - at);
                uint16_t *features = malloc(MITE_FRONTEND_CHANNELS * sizeof *features);
                int8_t quantized[MITE_FRONTEND_CHANNELS];
                bool ready;
                at += mite_frontend_feed_bytes(block, at, count, features, &ready);
                if (ready) {
                    mite_frontend_quantize(features, quantized, MITE_FRONTEND_CHANNELS);
                    for (int c = 0; c < MITE_FRONTEND_CHANNELS; c++) {
                        sum = sum * 31 + features[c] + (uint8_t)quantized[c];
                    }
                }
                free(features);
            }
            free(samples);
        }
        free(block);
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
