// Start code of QEMU's Xtensa machine `sim`, and what a windowed register file needs: the handlers that move registers between the
// file and the stack. Their places and what they save where are fixed by the windowed calling convention.

    .section .window_vectors, "ax"
    .global bench_window_vectors
    .balign 1024
bench_window_vectors:
    // Overflow of a frame that called with call4: a0..a3 go below the stack pointer of the frame that it called, which is in a5.
    s32e    a0, a5, -16
    s32e    a1, a5, -12
    s32e    a2, a5, -8
    s32e    a3, a5, -4
    rfwo

    .org    0x40
    l32e    a0, a5, -16
    l32e    a1, a5, -12
    l32e    a2, a5, -8
    l32e    a3, a5, -4
    rfwu

    .org    0x80
    // call8: a4..a7 too, into the save area of the caller's caller, whose stack pointer lies below a1.
    s32e    a0, a9, -16
    l32e    a0, a1, -12
    s32e    a1, a9, -12
    s32e    a2, a9, -8
    s32e    a3, a9, -4
    s32e    a4, a0, -32
    s32e    a5, a0, -28
    s32e    a6, a0, -24
    s32e    a7, a0, -20
    rfwo

    .org    0xc0
    l32e    a0, a9, -16
    l32e    a1, a9, -12
    l32e    a2, a9, -8
    l32e    a7, a1, -12
    l32e    a3, a9, -4
    l32e    a4, a7, -32
    l32e    a5, a7, -28
    l32e    a6, a7, -24
    l32e    a7, a7, -20
    rfwu

    .org    0x100
    // call12: a4..a11 too.
    s32e    a0, a13, -16
    l32e    a0, a1, -12
    s32e    a1, a13, -12
    s32e    a2, a13, -8
    s32e    a3, a13, -4
    s32e    a4, a0, -48
    s32e    a5, a0, -44
    s32e    a6, a0, -40
    s32e    a7, a0, -36
    s32e    a8, a0, -32
    s32e    a9, a0, -28
    s32e    a10, a0, -24
    s32e    a11, a0, -20
    rfwo

    .org    0x140
    l32e    a0, a13, -16
    l32e    a1, a13, -12
    l32e    a2, a13, -8
    l32e    a11, a1, -12
    l32e    a3, a13, -4
    l32e    a4, a11, -48
    l32e    a5, a11, -44
    l32e    a6, a11, -40
    l32e    a7, a11, -36
    l32e    a8, a11, -32
    l32e    a9, a11, -28
    l32e    a10, a11, -24
    l32e    a11, a11, -20
    rfwu

    // Kernel, user and double exceptions: tell where and stop. A fresh window, as the old one may be what is broken.
    .org    0x300
    j       crashed
    .org    0x340
    j       crashed
    .org    0x3c0
    j       crashed

    .text
    .balign 4
crashed:
    rsr     a4, epc1
    rsr     a5, exccause
    l32r    a3, .Lcrashes
    s32i    a4, a3, 0
    s32i    a5, a3, 4
    j       begin

    .global bench_start
    .balign 4
bench_start:
begin:
    movi    a0, 0
    movi    a2, 1
    wsr     a2, windowstart
    wsr     a0, windowbase
    rsync
    l32r    a2, .Lvectors
    .byte   0x20, 0xe7, 0x13            // WSR a2, VECBASE
    rsync
    // PS: windows on, user mode, no exception.
    l32r    a2, .Lstatus
    wsr     a2, ps
    rsync
    l32r    a1, .Lstack
    l32r    a4, .Lmain
    callx4  a4
stop:
    j       stop

    .section .literal, "ax"
    .balign 4
.Lvectors: .long bench_window_vectors
.Lstatus: .long 0x00040020
.Lstack: .long bench_stack_end
.Lmain: .long bench_machine
.Lcrashes: .long bench_crash

    .section .reset, "ax"
    .global bench_reset
bench_reset:
    j       1f
    .balign 4
2:  .long   bench_start
1:  l32r    a0, 2b
    jx      a0
