// The roster of kernels: the only place that lists them. X(what, types, isa, parameters).
// The generic ones exist for everything; an instruction set adds its own, which must give the same bytes.
// Headers, the choice below, tests and benchmarks come from this list.
#ifndef MITE_ROSTER_H
#define MITE_ROSTER_H

#include "add.h"
#include "conv.h"
#include "pool.h"

#define MITE_KERNELS_GENERIC(X) \
    X(conv_2d, s8, generic, mite_conv_t) \
    X(conv_2d_winograd, s8, generic, mite_conv_t) \
    X(depthwise_conv_2d, s8, generic, mite_conv_t) \
    X(fully_connected, s8, generic, mite_dense_t) \
    X(add, s8, generic, mite_add_run_t) \
    X(average_pool_2d, s8, generic, mite_pool_t) \
    X(max_pool_2d, s8, generic, mite_pool_t)

// Armv7E-M and Armv8-M with the DSP extension: Cortex-M4, M7, M33. A core with Helium has better.
#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE)
#define MITE_KERNELS_DSP(X) \
    X(conv_2d, s8, dsp, mite_conv_t) \
    X(conv_2d_winograd, s8, dsp, mite_conv_t) \
    X(depthwise_conv_2d, s8, dsp, mite_conv_t) \
    X(fully_connected, s8, dsp, mite_dense_t) \
    X(average_pool_2d, s8, dsp, mite_pool_t)
#else
#define MITE_KERNELS_DSP(X)
#endif

// Armv8.1-M with Helium: Cortex-M55, M85.
#if defined(__ARM_FEATURE_MVE)
#define MITE_KERNELS_MVE(X) \
    X(conv_2d, s8, mve, mite_conv_t) \
    X(depthwise_conv_2d, s8, mve, mite_conv_t) \
    X(fully_connected, s8, mve, mite_dense_t) \
    X(add, s8, mve, mite_add_run_t) \
    X(average_pool_2d, s8, mve, mite_pool_t) \
    X(max_pool_2d, s8, mve, mite_pool_t)
#else
#define MITE_KERNELS_MVE(X)
#endif

// Cores without SIMD: Cortex-M0+, M3, RISC-V, Xtensa.
#if !defined(__ARM_FEATURE_DSP)
#define MITE_KERNELS_SCALAR(X) \
    X(conv_2d, s8, scalar, mite_conv_t) \
    X(depthwise_conv_2d, s8, scalar, mite_conv_t) \
    X(fully_connected, s8, scalar, mite_dense_t)
#else
#define MITE_KERNELS_SCALAR(X)
#endif

// x86-64, where the processor has AVX2: the host. A native module lacks the libraries that find out.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(MICROPY_ENABLE_DYNRUNTIME)
#define MITE_X86 1
#define MITE_KERNELS_X86(X) \
    X(conv_2d, s8, x86, mite_conv_t) \
    X(fully_connected, s8, x86, mite_dense_t)
#else
#define MITE_KERNELS_X86(X)
#endif

#define MITE_KERNELS(X) MITE_KERNELS_GENERIC(X) MITE_KERNELS_DSP(X) MITE_KERNELS_MVE(X) MITE_KERNELS_SCALAR(X) \
    MITE_KERNELS_X86(X)

#define MITE_DECLARE_KERNEL(what, types, isa, parameters) void mite_##what##_##types##__##isa(const parameters *p);
MITE_KERNELS(MITE_DECLARE_KERNEL)
#undef MITE_DECLARE_KERNEL

// What this build runs: MITE_KERNEL(conv_2d, s8)(&parameters).
#define MITE_KERNEL(what, types) MITE_BEST_##what##_##types

#if defined(__ARM_FEATURE_MVE)
#define MITE_BEST_conv_2d_s8 mite_conv_2d_s8__mve
#define MITE_BEST_conv_2d_winograd_s8 mite_conv_2d_winograd_s8__generic
#define MITE_BEST_depthwise_conv_2d_s8 mite_depthwise_conv_2d_s8__mve
#define MITE_BEST_fully_connected_s8 mite_fully_connected_s8__mve
#define MITE_BEST_add_s8 mite_add_s8__mve
#define MITE_BEST_average_pool_2d_s8 mite_average_pool_2d_s8__mve
#define MITE_BEST_max_pool_2d_s8 mite_max_pool_2d_s8__mve
#elif defined(__ARM_FEATURE_DSP)
#define MITE_BEST_conv_2d_s8 mite_conv_2d_s8__dsp
#define MITE_BEST_conv_2d_winograd_s8 mite_conv_2d_winograd_s8__dsp
#define MITE_BEST_depthwise_conv_2d_s8 mite_depthwise_conv_2d_s8__dsp
#define MITE_BEST_fully_connected_s8 mite_fully_connected_s8__dsp
#define MITE_BEST_add_s8 mite_add_s8__generic
#if defined(__OPTIMIZE_SIZE__)
#define MITE_BEST_average_pool_2d_s8 mite_average_pool_2d_s8__generic
#else
#define MITE_BEST_average_pool_2d_s8 mite_average_pool_2d_s8__dsp
#endif
#define MITE_BEST_max_pool_2d_s8 mite_max_pool_2d_s8__generic
#elif defined(MITE_X86)
#define MITE_BEST_conv_2d_s8 mite_conv_2d_s8__x86
#define MITE_BEST_conv_2d_winograd_s8 mite_conv_2d_winograd_s8__generic
#define MITE_BEST_depthwise_conv_2d_s8 mite_depthwise_conv_2d_s8__scalar
#define MITE_BEST_fully_connected_s8 mite_fully_connected_s8__x86
#define MITE_BEST_add_s8 mite_add_s8__generic
#define MITE_BEST_average_pool_2d_s8 mite_average_pool_2d_s8__generic
#define MITE_BEST_max_pool_2d_s8 mite_max_pool_2d_s8__generic
#else
#define MITE_BEST_conv_2d_s8 mite_conv_2d_s8__scalar
#define MITE_BEST_conv_2d_winograd_s8 mite_conv_2d_winograd_s8__generic
#define MITE_BEST_depthwise_conv_2d_s8 mite_depthwise_conv_2d_s8__scalar
#define MITE_BEST_fully_connected_s8 mite_fully_connected_s8__scalar
#define MITE_BEST_add_s8 mite_add_s8__generic
#define MITE_BEST_average_pool_2d_s8 mite_average_pool_2d_s8__generic
#define MITE_BEST_max_pool_2d_s8 mite_max_pool_2d_s8__generic
#endif

#endif
