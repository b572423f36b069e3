// Start, counter and console of QEMU's Cortex-M machines.
//
// BENCH_COUNTER: address of the FPGAIO block's free-running counter. Under -icount it advances with the instructions.

#include "bench.h"

extern uint8_t bench_stack_end[];

enum { SEMIHOSTING_WRITE0 = 0x04, SEMIHOSTING_EXIT_EXTENDED = 0x20, SEMIHOSTING_APPLICATION_EXIT = 0x20026 };

static void semihosting(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void bench_write(const char *text) {
    semihosting(SEMIHOSTING_WRITE0, text);
}

void bench_exit(int status) {
    uint32_t block[] = {SEMIHOSTING_APPLICATION_EXIT, (uint32_t)status};
    semihosting(SEMIHOSTING_EXIT_EXTENDED, block);
    for (;;) {
    }
}

uint32_t bench_count(void) {
    return *(volatile uint32_t *)BENCH_COUNTER;
}

static void reset(void) {
    // CPACR: the coprocessors of floating point and Helium are off at reset. Where there are none, nothing happens.
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
    __asm__ volatile("dsb\n isb" ::: "memory");
    bench_main();
    bench_exit(0);
}

__attribute__((used)) static void report_crash(const uint32_t *frame) {
    bench_print("crash", &frame[6], 1);
    bench_exit(1);
}

__attribute__((naked)) static void crash(void) {
    __asm__ volatile("mrs r0, msp\n bl report_crash");
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))bench_stack_end, reset, crash, crash, crash, crash, crash, crash,
    crash, crash, crash, crash, crash, crash, crash, crash,
};
