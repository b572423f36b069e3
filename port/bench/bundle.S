// BENCH_BUNDLE: the file that the host packed.
    .section .bundle, "a"
    .balign 16
    .global bench_bundle
bench_bundle:
    .incbin BENCH_BUNDLE
