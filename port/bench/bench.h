// What the bare-metal programs ask of a machine. One file each: cortex_m.c, riscv.c, xtensa.c.
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

// What the host packs behind the program (mite_tools.bench.bundle). Offsets are bytes from its beginning.
typedef struct {
    uint32_t image, image_bytes;
    uint32_t inputs;  // those of the first run one after the other, then those of the next
    uint32_t outputs; // what each run must answer
    uint32_t runs;
} bench_bundle_t;

extern const bench_bundle_t bench_bundle;

// Free memory from the linker script, at a multiple of 16.
extern uint8_t bench_memory[], bench_memory_end[];

// The instruction counter in ticks of the machine; the host knows how many make an instruction, and where it wraps.
uint32_t bench_count(void);

void bench_write(const char *text);
void bench_exit(int status) __attribute__((noreturn));

// Where a machine's start code goes.
void bench_main(void);

// print.c
void bench_print(const char *name, const uint32_t *numbers, int count);

#endif
