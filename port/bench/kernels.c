// Every kernel of the roster against the generic one. BENCH_CASES: how many cases for each.
//
// The roster makes the list: a kernel that is in it is compared, one without a generator of cases does not link.

#include <string.h>

#include "cases.h"

enum { GUARD = 64, FILL = 0xa5 };

typedef void (*run_t)(bench_case_t *c);

typedef struct {
    const char *name;
    void (*make)(bench_case_t *c);
    int8_t **(*output)(bench_case_t *c);
    run_t generic, tested;
} kernel_t;

#define KERNEL_RUN(what, types, isa, type) \
    static void run_##what##_##types##__##isa(bench_case_t *c) { \
        mite_##what##_##types##__##isa((const type *)(const void *)&c->parameters); \
    }
MITE_KERNELS(KERNEL_RUN)

#define KERNEL_ENTRY(what, types, isa, type) \
    {#what "_" #types "__" #isa, bench_case_##what##_##types, bench_output_##type, run_##what##_##types##__generic, \
     run_##what##_##types##__##isa},
static const kernel_t kernels[] = {MITE_KERNELS(KERNEL_ENTRY)};

// Runs the case with an output that has guards around it.
static void answer(const kernel_t *kernel, run_t run, bench_case_t *c, uint8_t *memory, uint32_t odd) {
    memset(memory, FILL, c->output_bytes + 2 * GUARD + 4);
    if (c->scratch) {
        memset(c->scratch, FILL, c->scratch_bytes + GUARD);
    }
    *kernel->output(c) = (int8_t *)memory + GUARD + odd;
    run(c);
}

static void complain(const kernel_t *kernel, const bench_case_t *c, const char *what, const uint32_t *numbers, int count) {
    bench_write(kernel->name);
    bench_print(what, numbers, count);
    bench_write("case");
    bench_write(c->text);
    bench_write("\n");
}

// The same with an output that overlaps the input as far as the planner may let it. Returns 1 if a byte is wrong.
static uint32_t overlap(const kernel_t *kernel, bench_case_t *c, uint32_t number, const uint8_t *expected, uint8_t *memory) {
    uint8_t *in = memory + (c->distance < 0 ? -c->distance : 0), *out = in + c->distance;
    if ((out > in ? out : in) + c->input_bytes + c->output_bytes > bench_memory_end) {
        bench_write("a case is too large for the memory\n");
        bench_exit(1);
    }
    memcpy(in, *c->input, c->input_bytes);
    *c->input = (const int8_t *)in;
    *kernel->output(c) = (int8_t *)out;
    kernel->tested(c);
    for (uint32_t i = 0; i < c->output_bytes; i++) {
        if (out[i] != expected[i]) {
            uint32_t numbers[] = {number, i, out[i], expected[i], (uint32_t)c->distance};
            complain(kernel, c, " overwrites", numbers, 5);
            return 1;
        }
    }
    return 0;
}

// The bytes at which two answers are not the same, of which the first is noted.
static uint32_t compare(const kernel_t *kernel, bench_case_t *c, uint32_t number) {
    uint8_t *end = c->scratch ? c->scratch + c->scratch_bytes + GUARD : c->free + GUARD;
    uint32_t bytes = c->output_bytes + 2 * GUARD + 4, wrong = 0, odd = number % 4;
    uint8_t *expected = (uint8_t *)(((uintptr_t)(end > c->free ? end : c->free) + 15) & ~(uintptr_t)15), *found = expected + ((bytes + 15) & ~15u);
    if (found + bytes > bench_memory_end) {
        bench_write("a case is too large for the memory\n");
        bench_exit(1);
    }
    answer(kernel, kernel->generic, c, expected, odd);
    answer(kernel, kernel->tested, c, found, odd);
    for (uint32_t i = 0; i < bytes; i++) {
        if (expected[i] != found[i] && !wrong++) {
            uint32_t numbers[] = {number, i - GUARD - odd, found[i], expected[i], c->output_bytes};
            complain(kernel, c, " differs", numbers, 5);
        }
    }
    for (uint32_t i = 0; c->scratch && i < GUARD; i++) {
        if (c->scratch[c->scratch_bytes + i] != FILL) {
            complain(kernel, c, " writes behind its scratch memory", &number, 1);
            return wrong + 1;
        }
    }
    if (!wrong && c->input) {
        wrong = overlap(kernel, c, number, expected + GUARD + odd, found + ((bytes + 15) & ~15u));
    }
    return wrong;
}

void bench_main(void) {
    static bench_case_t c;
    for (uint32_t k = 0; k < sizeof(kernels) / sizeof(kernels[0]); k++) {
        uint32_t wrong = 0;
        for (uint32_t number = 0; number < BENCH_CASES && wrong < 3; number++) {
            memset(&c, 0, sizeof(c));
            c.random = number * 2654435761u + 1;
            c.free = bench_memory;
            kernels[k].make(&c);
            wrong += compare(&kernels[k], &c, number) != 0;
        }
        bench_write(kernels[k].name);
        bench_print(wrong ? " wrong" : " same", &wrong, wrong != 0);
    }
    bench_print("done", 0, 0);
    bench_exit(0);
}
