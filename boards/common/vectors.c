// The Cortex-M boards' vector table and the last words of a crash. The port's own handler prints registers and then
// stands still, so that a host waits for nothing; this one ends the machine.

#include <stdlib.h>

#include "py/mphal.h"
#include "py/mpprint.h"

#include "emulated.h"
#include "mps.h"

#define VTOR (0xe000ed08)
#define CFSR (0xe000ed28)
#define BFAR (0xe000ed38)

extern uint32_t _estack;
void Reset_Handler(void);
void fault_report(const uint32_t *frame);

// The hardware has put r0 to r3, r12, lr, pc and psr on the stack.
void fault_report(const uint32_t *frame) {
    uint32_t status = *reg32(CFSR);
    mp_printf(&mp_plat_print, "\nThe board crashed: HardFault at pc %08x, called from %08x, CFSR %08x",
        (unsigned)frame[6], (unsigned)frame[5], (unsigned)status);
    if (status & 1u << 15) {
        mp_printf(&mp_plat_print, ", no memory at %08x", (unsigned)*reg32(BFAR));
    }
    mp_printf(&mp_plat_print, "\n");
    exit(1);
}

__attribute__((naked)) static void fault(void) {
    __asm volatile (
        "mrs r0, msp \n"
        "b fault_report \n"
        );
}

// The receive and the transmit interrupt of the console stand beside each other, in an order that varies.
__attribute__((aligned(256))) static void (*const vectors[])(void) = {
    (void (*)(void))(uintptr_t)&_estack, Reset_Handler,
    fault, fault, fault, fault, fault, NULL, NULL, NULL, NULL, fault, fault, NULL, fault, fault,
    [16 + UART0_IRQ] = UART0_Handler,
    [16 + UART0_IRQ + 1] = UART0_Handler,
};

void vectors_init(void) {
    *reg32(VTOR) = (uint32_t)(uintptr_t)vectors;
}
