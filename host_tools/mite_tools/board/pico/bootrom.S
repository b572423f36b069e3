// A boot ROM for the emulated RP2040, in place of the chip's own, which comes with no package: the header that the SDK reads, the tables of
// functions (RP2040 datasheet, 2.8.2 and 2.8.3), and the start from flash. The functions themselves are in bootrom.c and in libgcc.
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .equ FLASH, 0x10000000
    .equ SECOND_STAGE, 0x20041f00 // its 256 bytes of RAM, at the end of the last bank
    .equ SECOND_STAGE_BYTES, 256

    .section .header, "ax"
    .word SECOND_STAGE, start, stuck, stuck
    .byte 'M', 'u', 1, 2 // the version: 2 has floats and doubles
    .hword functions, data, find + 1, 0

    .text

// Copies the second stage of the boot loader from flash, and runs it; with nowhere to return to it starts the firmware.
    .thumb_func
start:
    ldr r0, =FLASH
    ldr r1, =SECOND_STAGE
    movs r2, #SECOND_STAGE_BYTES / 4
1:  ldmia r0!, {r3}
    stmia r1!, {r3}
    subs r2, #1
    bne 1b
    movs r0, #0
    mov lr, r0
    ldr r0, =SECOND_STAGE + 1
    bx r0

// What is in r1 of the table in r0, or 0: pairs of a code and an offset, until a code is 0.
    .thumb_func
find:
    ldrh r2, [r0]
    cmp r2, r1
    beq 2f
    adds r0, #4
    cmp r2, #0
    bne find
    movs r0, #0
    bx lr
2:  ldrh r0, [r0, #2]
    bx lr

// What the emulator does itself: it knows each by the number of its breakpoint (emulator.mjs).
.macro host name number
    .thumb_func
    .type \name, %function
\name:
    bkpt #\number
    bx lr
.endm
    host stuck 0xe0 // an exception before there is a table of vectors
    host absent 0xe1
    host flash_connect 0xf0
    host flash_exit_xip 0xf1
    host flash_erase 0xf2
    host flash_program 0xf3
    host flash_flush_cache 0xf4
    host flash_enter_xip 0xf5
    host usb_boot 0xf6

.macro entry code function
    .ascii "\code"
    .hword \function
.endm

    .balign 4
functions:
    entry "P3", rom_count_ones + 1
    entry "R3", rom_reverse + 1
    entry "L3", rom_leading_zeros + 1
    entry "T3", rom_trailing_zeros + 1
    entry "MS", rom_set + 1
    entry "S4", rom_set + 1
    entry "MC", rom_copy + 1
    entry "C4", rom_copy + 1
    entry "IF", flash_connect + 1
    entry "EX", flash_exit_xip + 1
    entry "RE", flash_erase + 1
    entry "RP", flash_program + 1
    entry "FC", flash_flush_cache + 1
    entry "CX", flash_enter_xip + 1
    entry "UB", usb_boot + 1
    .hword 0
data:
    entry "SF", floats
    entry "SD", doubles
    .hword 0

// 32 functions of a floating-point type each, in the order of the SDK's sf_table.h. MicroPython brings comparisons, square roots and
// what is beyond of its own.
.macro arithmetic letter other
    .word __aeabi_\letter\()add, __aeabi_\letter\()sub, __aeabi_\letter\()mul, __aeabi_\letter\()div
    .word absent, absent, absent
    .word __aeabi_\letter\()2iz, absent, __aeabi_\letter\()2uiz, absent
    .word __aeabi_i2\letter, absent, __aeabi_ui2\letter, absent
    .word absent, absent, absent, absent, absent, absent, absent, absent
    .word __aeabi_l2\letter, absent, __aeabi_ul2\letter, absent
    .word __aeabi_\letter\()2lz, absent, __aeabi_\letter\()2ulz, absent
    .word __aeabi_\letter\()2\other
.endm
    .balign 4
    .hword 0, 32 // how many they are, two bytes before the table
floats:
    arithmetic f d
    .hword 0, 32
doubles:
    arithmetic d f
