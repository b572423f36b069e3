// Lines for the host: a name and numbers in decimal.

#include "bench.h"

void bench_print(const char *name, const uint32_t *numbers, int count) {
    bench_write(name);
    for (int i = 0; i < count; i++) {
        char text[12];
        char *at = text + sizeof(text) - 1;
        uint32_t rest = numbers[i];
        *at = 0;
        do {
            *--at = (char)('0' + rest % 10);
            rest /= 10;
        } while (rest);
        *--at = ' ';
        bench_write(at);
    }
    bench_write("\n");
}
