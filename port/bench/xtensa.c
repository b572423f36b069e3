// Counter and console of QEMU's Xtensa machine `sim`, and what of a C library the compiler calls: there is none for windowed code.

#include <string.h>

#include "bench.h"

enum { SIM_EXIT = 1, SIM_WRITE = 4 };

// Where an exception happened and why, if there was one before this start.
uint32_t bench_crash[2];

void bench_machine(void);

int64_t __divdi3(int64_t a, int64_t b);

static int sim(int call, int a, const void *b, int c) {
    register int a2 __asm__("a2") = call;
    register int a3 __asm__("a3") = a;
    register const void *a4 __asm__("a4") = b;
    register int a5 __asm__("a5") = c;
    // SIMCALL, which assemblers know with an option only.
    __asm__ volatile(".byte 0x00, 0x51, 0x00" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}

void bench_write(const char *text) {
    sim(SIM_WRITE, 1, text, (int)strlen(text));
}

void bench_exit(int status) {
    sim(SIM_EXIT, status, 0, 0);
    for (;;) {
    }
}

uint32_t bench_count(void) {
    register uint32_t count __asm__("a8");
    // RSR a8, CCOUNT; LLVM's assembler knows the register only with an option that it does not offer.
    __asm__ volatile(".byte 0x80, 0xea, 0x03" : "=r"(count)::"memory");
    return count;
}

void bench_machine(void) {
    if (bench_crash[0]) {
        bench_print("crash", bench_crash, 2);
        bench_exit(1);
    }
    bench_main();
    bench_exit(0);
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) {
        length++;
    }
    return length;
}

void *memcpy(void *to, const void *from, size_t bytes) {
    uint8_t *out = to;
    const uint8_t *in = from;
    if ((((uintptr_t)out | (uintptr_t)in) & 3) == 0) {
        for (; bytes >= 4; bytes -= 4, out += 4, in += 4) {
            *(uint32_t *)(void *)out = *(const uint32_t *)(const void *)in;
        }
    }
    while (bytes--) {
        *out++ = *in++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    uint8_t *out = to;
    const uint8_t *in = from;
    if (out <= in || out >= in + bytes) {
        return memcpy(to, from, bytes);
    }
    while (bytes--) {
        out[bytes] = in[bytes];
    }
    return to;
}

void *memset(void *to, int value, size_t bytes) {
    uint8_t *out = to;
    uint32_t word = (uint8_t)value * 0x01010101u;
    for (; bytes && (uintptr_t)out & 3; bytes--) {
        *out++ = (uint8_t)value;
    }
    for (; bytes >= 4; bytes -= 4, out += 4) {
        *(uint32_t *)(void *)out = word;
    }
    while (bytes--) {
        *out++ = (uint8_t)value;
    }
    return to;
}

int64_t __divdi3(int64_t a, int64_t b) {
    uint64_t rest = 0, left = a < 0 ? -(uint64_t)a : (uint64_t)a, by = b < 0 ? -(uint64_t)b : (uint64_t)b, quotient = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (left >> bit & 1);
        if (rest >= by) {
            rest -= by;
            quotient |= (uint64_t)1 << bit;
        }
    }
    return (int64_t)((a < 0) != (b < 0) ? -quotient : quotient);
}
