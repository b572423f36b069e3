// The roster of kernels: the only place that lists them. X(what, types, isa, parameters).
// The generic ones exist for everything; an instruction set adds its own, which must give the same bytes.
// Headers, the choice below, tests and benchmarks come from this list.
#ifndef MITE_ROSTER_H
#define MITE_ROSTER_H

#include "conv.h"
#include "pool.h"

#define MITE_KERNELS_GENERIC(X) \
    X(conv_2d, s8, generic, mite_conv_t) \
    X(depthwise_conv_2d, s8, generic, mite_conv_t) \
    X(fully_connected, s8, generic, mite_dense_t) \
    X(average_pool_2d, s8, generic, mite_pool_t) \
    X(max_pool_2d, s8, generic, mite_pool_t)

#define MITE_KERNELS(X) MITE_KERNELS_GENERIC(X)

#define MITE_DECLARE_KERNEL(what, types, isa, parameters) void mite_##what##_##types##__##isa(const parameters *p);
MITE_KERNELS(MITE_DECLARE_KERNEL)
#undef MITE_DECLARE_KERNEL

// What this build runs.
#define MITE_KERNEL(what, types) mite_##what##_##types##__generic

#endif
