// The emulated boards' own parts: console.c, clock.c, start.c.
#ifndef MITE_BOARDS_EMULATED_H
#define MITE_BOARDS_EMULATED_H

#include <stdint.h>

// One memory-mapped register.
static inline volatile uint32_t *reg32(uint32_t address) {
    return (volatile uint32_t *)(uintptr_t)address;
}

static inline volatile uint8_t *reg8(uint32_t address) {
    return (volatile uint8_t *)(uintptr_t)address;
}

void console_init(void);
void vectors_init(void);
void UART0_Handler(void);

#endif
