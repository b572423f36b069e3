// The same programs on the host itself. There is no counter: callgrind counts from outside.

#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

enum { MEMORY_BYTES = 16 << 20 };

uint8_t bench_memory[MEMORY_BYTES] __attribute__((aligned(16)));
__asm__(".global bench_memory_end\n .set bench_memory_end, bench_memory + 16 * 1024 * 1024");

uint32_t bench_count(void) {
    return 0;
}

void bench_write(const char *text) {
    fputs(text, stdout);
}

void bench_exit(int status) {
    exit(status);
}

int main(void) {
    bench_main();
    return 0;
}
