// Work for kernels to be compared on: random, of awkward sizes, the same for the same number on every machine.
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "../kernels/roster.h"
#include "bench.h"

typedef struct {
    uint32_t random;   // state of the generator
    int32_t magnitude; // of the products: about 2^magnitude
    uint8_t *free;     // memory that the case has not used yet
    // What the case is, for the one who has to mend the kernel.
    char text[400];
    int32_t length;
    // The parameters, but for `output`.
    union {
        mite_conv_t conv;
        mite_dense_t dense;
        mite_pool_t pool;
        mite_add_run_t add;
    } parameters;
    uint8_t *scratch; // NULL where there is none
    uint32_t scratch_bytes;
    uint32_t output_bytes;
    // An input that the output may overlap (NULL: none), and the largest distance of the output from it that SPEC.md's order of
    // reading and writing allows, in bytes.
    const int8_t **input;
    uint32_t input_bytes;
    int32_t distance;
} bench_case_t;

// Where the output pointer is, by the type of the parameters.
static inline int8_t **bench_output_mite_conv_t(bench_case_t *c) {
    return &c->parameters.conv.output;
}

static inline int8_t **bench_output_mite_dense_t(bench_case_t *c) {
    return &c->parameters.dense.output;
}

static inline int8_t **bench_output_mite_pool_t(bench_case_t *c) {
    return &c->parameters.pool.output;
}

static inline int8_t **bench_output_mite_add_run_t(bench_case_t *c) {
    return &c->parameters.add.output;
}

// One for each kernel of the roster that is not generic: without it, the program does not link.
void bench_case_conv_2d_s8(bench_case_t *c);
void bench_case_conv_2d_winograd_s8(bench_case_t *c);
void bench_case_depthwise_conv_2d_s8(bench_case_t *c);
void bench_case_fully_connected_s8(bench_case_t *c);
void bench_case_add_s8(bench_case_t *c);
void bench_case_average_pool_2d_s8(bench_case_t *c);
void bench_case_max_pool_2d_s8(bench_case_t *c);

#endif
