// Runs one model and tells the host what the counter said before and after: loading it, one inference as a whole, and the
// same inference op by op. Every answer is compared with the bytes that the host expects.

#include <string.h>

#include "../core/mite.h"
#include "bench.h"

typedef struct {
    mite_model_t model;
    mite_fault_t fault;
    int result;
} work_t;

static const uint8_t *bundle_at(uint32_t offset) {
    return (const uint8_t *)&bench_bundle + offset;
}

// Each of these is a jump to what is measured; so is nothing(), whose cost the host takes off again.
__attribute__((noinline)) static void empty(work_t *work) {
    __asm__ volatile("" ::"r"(work) : "memory");
}

static void nothing(work_t *work) {
    empty(work);
}

static void load(work_t *work) {
    work->result = mite_load(&work->model, bundle_at(bench_bundle.image), bench_bundle.image_bytes, &work->fault);
}

static void invoke(work_t *work) {
    mite_invoke(&work->model);
}

static void step(work_t *work) {
    work->result = mite_step(&work->model);
}

// One function, not several for constant arguments: where it is, the host knows that an inference is over.
#if defined(__clang__)
__attribute__((noinline))
#else
__attribute__((noinline, noclone))
#endif
static void measure(const char *name, uint32_t tag, void (*run)(work_t *), work_t *work) {
    uint32_t before = bench_count();
    run(work);
    uint32_t numbers[] = {tag, before, bench_count()};
    bench_print(name, numbers, 3);
}

// Copies a run's inputs into the arena (tensors from `first` on), or compares its outputs with the arena.
static void each_tensor(work_t *work, int outputs, uint32_t run) {
    const mite_header_t *header = mite_header(&work->model);
    const uint8_t *record = work->model.base[MITE_SPACE_CONSTANT] + header->tensors;
    uint32_t bytes = 0;
    for (int pass = 0; pass < 2; pass++) {
        // The first pass adds up the bytes of a run, the second is at the run.
        const uint8_t *at = bundle_at(outputs ? bench_bundle.outputs : bench_bundle.inputs) + run * bytes;
        const uint8_t *next = record;
        for (uint32_t i = 0; i < (uint32_t)header->inputs + header->outputs; i++) {
            const mite_tensor_t *tensor = (const mite_tensor_t *)next;
            next += sizeof(mite_tensor_t) + 4u * tensor->rank;
            if ((i >= header->inputs) != outputs) {
                continue;
            }
            if (pass == 0) {
                bytes += tensor->bytes;
                continue;
            }
            uint8_t *data = mite_ref(&work->model, tensor->data);
            if (!outputs) {
                memcpy(data, at, tensor->bytes);
            }
            for (uint32_t j = 0; outputs && j < tensor->bytes; j++) {
                if (data[j] != at[j]) {
                    uint32_t numbers[] = {run, j, data[j], at[j]};
                    bench_print("differs", numbers, 4);
                    break;
                }
            }
            at += tensor->bytes;
        }
    }
}

void bench_main(void) {
    work_t work;
    measure("nothing", 0, nothing, &work);
    measure("load", 0, load, &work);
    if (work.result == MITE_OK) {
        const mite_header_t *header = mite_header(&work.model);
        uint32_t arena_bytes = (header->arena_bytes + 15) & ~15u;
        uint32_t free_bytes = (uint32_t)(bench_memory_end - bench_memory);
        uint32_t state_bytes = free_bytes > arena_bytes ? free_bytes - arena_bytes : 0;
        // What was never written must not matter to an answer.
        memset(bench_memory, 0x5a, free_bytes < arena_bytes ? free_bytes : arena_bytes);
        work.result = mite_bind(&work.model, bench_memory, free_bytes, bench_memory + free_bytes - state_bytes, state_bytes, &work.fault);
    }
    if (work.result != MITE_OK) {
        uint32_t numbers[] = {
            (uint32_t)-work.fault.code, (uint32_t)work.fault.record, (uint32_t)work.fault.op, work.fault.a, work.fault.b,
        };
        bench_print("fault", numbers, 5);
        bench_exit(1);
    }
    for (uint32_t run = 0; run < bench_bundle.runs; run++) {
        each_tensor(&work, 0, run);
        measure("invoke", run, invoke, &work);
        each_tensor(&work, 1, run);
    }
    mite_reset(&work.model);
    each_tensor(&work, 0, 0);
    uint32_t position = 0;
    do {
        measure("step", position++, step, &work);
    } while (work.result);
    each_tensor(&work, 1, 0);
    bench_print("done", 0, 0);
    bench_exit(0);
}
