// Start, counter and console of QEMU's RISC-V `virt` machine.

#include "bench.h"

enum { SEMIHOSTING_WRITE0 = 0x04, SEMIHOSTING_EXIT_EXTENDED = 0x20, SEMIHOSTING_APPLICATION_EXIT = 0x20026 };

static void semihosting(int operation, const void *argument) {
    register int a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    // The two shifts by nothing mark the break as a call of the host; all three must be of full length and in one page.
    __asm__ volatile(
        ".option push\n .option norvc\n .balign 16\n"
        "slli zero, zero, 0x1f\n ebreak\n srai zero, zero, 7\n"
        ".option pop\n"
        : "+r"(a0) : "r"(a1) : "memory");
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
    uint32_t count;
    __asm__ volatile("csrr %0, mcycle" : "=r"(count)::"memory");
    return count;
}

__attribute__((used, aligned(4))) static void crash(void) {
    uint32_t numbers[2];
    __asm__ volatile("csrr %0, mepc\n csrr %1, mcause" : "=r"(numbers[0]), "=r"(numbers[1]));
    bench_print("crash", numbers, 2);
    bench_exit(1);
}

__attribute__((naked, section(".vectors"), used)) void bench_start(void) {
    __asm__ volatile(
        "la sp, bench_stack_end\n"
        "la t0, crash\n"
        "csrw mtvec, t0\n"
        "call bench_main\n"
        "j .");
}
