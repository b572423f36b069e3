// The console's input: interrupts fill a ring buffer, as on a real board. So Ctrl-C reaches a running program, poll()
// tells the truth, bytes that come while a model runs are kept, and an idle board sleeps instead of burning the host's
// processor. (The port itself asks the UART in a loop.)

#include "py/mphal.h"
#include "py/ringbuf.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "shared/runtime/interrupt_char.h"

#include "emulated.h"
#include "uart.h"

// Enough for the 32 kB/s of 16-bit sound at 16 kHz for a quarter of a second.
#define RING_BYTES (8192)

static uint8_t ring_memory[RING_BYTES + 1];
static ringbuf_t ring = { ring_memory, sizeof(ring_memory), 0, 0 };

int __wrap_mp_hal_stdin_rx_chr(void);
uintptr_t __wrap_mp_hal_stdio_poll(uintptr_t poll_flags);

static void listen(bool on);

// Called by the interrupt. A full ring leaves bytes where they are: the host then waits, nothing is lost.
static void receive(void) {
    while (ringbuf_free(&ring)) {
        int byte = uart_rx_chr();
        if (byte < 0) {
            return;
        }
        if (byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
        } else {
            ringbuf_put(&ring, (uint8_t)byte);
        }
    }
    listen(false);
}

#if defined(__arm__)

// CMSDK UART 0 of the MPS2 machines; its receive interrupt is number 0 of the peripherals.
#define UART_CTRL (0x40004008)
#define UART_INTCLEAR (0x4000400c)
#define NVIC_ISER0 (0xe000e100)

static void listen(bool on) {
    // Transmit and receive enabled; bit 3: interrupt on receive.
    *reg32(UART_CTRL) = 3 | (on ? 1u << 3 : 0);
}

void UART0_Handler(void) {
    *reg32(UART_INTCLEAR) = 1u << 1;
    receive();
}

void console_init(void) {
    vectors_init();
    listen(true);
    *reg32(NVIC_ISER0) = 1u << 0;
}

static void mask_interrupts(bool on) {
    if (on) {
        __asm volatile ("cpsid i" ::: "memory");
    } else {
        __asm volatile ("cpsie i" ::: "memory");
    }
}

#else

// 16550 UART of the `virt` machine, source 10 of the platform interrupt controller.
#define UART_IER (0x10000001)
#define UART_FCR (0x10000002)
#define UART_SOURCE (10)
#define PLIC_PRIORITY (0x0c000000 + 4 * UART_SOURCE)
#define PLIC_ENABLE (0x0c002000)
#define PLIC_THRESHOLD (0x0c200000)
#define PLIC_CLAIM (0x0c200004)

static void listen(bool on) {
    *reg8(UART_IER) = on;
}

void trap_external(void);
void mtvec_exception(void);

__attribute__((interrupt("machine"), aligned(4))) void trap_external(void) {
    uint32_t source = *reg32(PLIC_CLAIM);
    receive();
    *reg32(PLIC_CLAIM) = source;
}

// One entry for all traps: exceptions go on to the port's report with every register as it was.
__attribute__((naked, aligned(4))) static void trap(void) {
    __asm volatile (
        "csrw mscratch, t0   \n"
        "csrr t0, mcause     \n"
        "bltz t0, 1f         \n"
        "csrr t0, mscratch   \n"
        "j mtvec_exception   \n"
        "1:                  \n"
        "csrr t0, mscratch   \n"
        "j trap_external     \n"
        );
}

void console_init(void) {
    __asm volatile ("csrw mtvec, %0" :: "r" (trap));
    *reg8(UART_FCR) = 1;
    *reg32(PLIC_PRIORITY) = 1;
    *reg32(PLIC_ENABLE) = 1u << UART_SOURCE;
    *reg32(PLIC_THRESHOLD) = 0;
    // mie.MEIE: external interrupts only.
    __asm volatile ("csrw mie, %0" :: "r" (1u << 11));
    listen(true);
}

static void mask_interrupts(bool on) {
    if (on) {
        __asm volatile ("csrci mstatus, 8" ::: "memory");
    } else {
        __asm volatile ("csrsi mstatus, 8" ::: "memory");
    }
}

#endif

int __wrap_mp_hal_stdin_rx_chr(void) {
    for (;;) {
        int byte = ringbuf_get(&ring);
        if (byte >= 0) {
            listen(true);
            return byte;
        }
        mp_handle_pending(true);
        // Masked, so that a byte cannot come between the question and the sleep; a masked interrupt still wakes.
        mask_interrupts(true);
        if (!ringbuf_avail(&ring)) {
            __asm volatile ("wfi" ::: "memory");
        }
        mask_interrupts(false);
    }
}

uintptr_t __wrap_mp_hal_stdio_poll(uintptr_t poll_flags) {
    uintptr_t ready = poll_flags & MP_STREAM_POLL_WR;
    if ((poll_flags & MP_STREAM_POLL_RD) && ringbuf_avail(&ring)) {
        ready |= MP_STREAM_POLL_RD;
    }
    return ready;
}
