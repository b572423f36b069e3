// Where Arm's MPS boards have what the emulated ones use: all the Cortex-M ones here.
#ifndef MITE_BOARDS_MPS_H
#define MITE_BOARDS_MPS_H

#if defined(BOARD_MPS3)
// AN547, a Cortex-M55 that starts in the secure state: the secure aliases.
#define FPGAIO (0x59302000)
#define FPGAIO_MHZ (20)
#define UART0_BASE (0x59303000)
#define UART0_IRQ (33) // and 34: one of the two is for receiving
#else
// AN385, AN386 and AN500: Cortex-M3, M4 and M7.
#define FPGAIO (0x40028000)
#define FPGAIO_MHZ (25)
#define UART0_BASE (0x40004000)
#define UART0_IRQ (0)
#endif

#endif
