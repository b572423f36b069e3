// Time, from a counter of the machine. Under QEMU's -icount it counts instructions; without, it is the host's time.

#include "py/mphal.h"
#include "py/runtime.h"

#include "emulated.h"

#if defined(__arm__)

#include "mps.h"

// The FPGAIO block's free-running counter, of 32 bits.
#define COUNTER (FPGAIO + 0x18)
#define COUNTER_MHZ (FPGAIO_MHZ)

static uint64_t ticks(void) {
    // 32 bits last three minutes, carried on here in software; a longer pause between two calls loses whole turns.
    static uint32_t low, high;
    uint32_t now = *reg32(COUNTER);
    high += now < low;
    low = now;
    return (uint64_t)high << 32 | now;
}

static uint64_t instructions(void) {
    // -icount shift=6: 64 ns an instruction.
    return ticks() * 1000 / (64 * FPGAIO_MHZ);
}

#else

// The core-local interruptor's mtime: 64 bits, 10 MHz.
#define COUNTER (0x0200bff8)
#define COUNTER_MHZ (10)

static uint64_t ticks(void) {
    uint32_t low, high;
    do {
        high = *reg32(COUNTER + 4);
        low = *reg32(COUNTER);
    } while (high != *reg32(COUNTER + 4));
    return (uint64_t)high << 32 | low;
}

static uint64_t instructions(void) {
    // -icount shift=0: one cycle an instruction.
    uint32_t low;
    __asm volatile ("csrr %0, mcycle" : "=r" (low));
    return low;
}

#endif

static uint64_t now_us(void) {
    return ticks() / COUNTER_MHZ;
}

mp_uint_t mp_hal_ticks_us(void) {
    return (mp_uint_t)now_us();
}

mp_uint_t mp_hal_ticks_ms(void) {
    return (mp_uint_t)(now_us() / 1000);
}

// time.ticks_cpu(): instructions under -icount, exact to one between two readings.
mp_uint_t mp_hal_ticks_cpu(void) {
    return (mp_uint_t)instructions();
}

uint64_t mp_hal_time_ns(void) {
    return now_us() * 1000;
}

void mp_hal_delay_us(mp_uint_t delay) {
    uint64_t end = now_us() + delay;
    while (now_us() < end) {
    }
}

void mp_hal_delay_ms(mp_uint_t delay) {
    uint64_t end = now_us() + (uint64_t)delay * 1000;
    while (now_us() < end) {
        // Ctrl-C ends a sleep.
        mp_handle_pending(true);
    }
}

#if MICROPY_VFS_FAT
#include "lib/oofatfs/ff.h"

// There is no calendar here: every file is of 1 January 2025.
DWORD get_fattime(void) {
    return (2025 - 1980) << 25 | 1 << 21 | 1 << 16;
}
#endif
