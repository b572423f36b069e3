// Runs of bytes, one after another: the inner loop of COPY and COPY_ROWS.
#ifndef MITE_RUNS_H
#define MITE_RUNS_H

#include <stdint.h>
#include <string.h>

static inline void copy_runs(uint8_t *to, const uint8_t *from, uint32_t run, uint32_t count, int32_t to_step, int32_t from_step) {
    if (run == 1) {
#if !defined(__OPTIMIZE_SIZE__)
        for (; count >= 4; count -= 4) {
            for (int i = 0; i < 4; i++, from += from_step, to += to_step) {
                *to = *from;
            }
        }
#endif
        for (; count; count--, from += from_step, to += to_step) {
            *to = *from;
        }
        return;
    }
    for (; count; count--, from += from_step, to += to_step) {
        memmove(to, from, run);
    }
}

#endif
