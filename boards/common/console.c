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
static volatile bool paused;

int __wrap_mp_hal_stdin_rx_chr(void);
uintptr_t __wrap_mp_hal_stdio_poll(uintptr_t poll_flags);

static void listen(bool on);
static void mask_interrupts(bool on);

// Called with interrupts masked, or by the interrupt. A full ring leaves bytes where they are: the host then waits,
// nothing is lost.
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
    paused = true;
    listen(false);
}

// The UARTs interrupt when a byte comes, not because one is there: fetch what came while nobody listened.
static void fetch(void) {
    mask_interrupts(true);
    if (paused) {
        paused = false;
        listen(true);
    }
    receive();
    mask_interrupts(false);
}

#if defined(__arm__)

#include "mps.h"

// Arm's CMSDK UART.
#define UART_DATA (UART0_BASE + 0x00)
#define UART_STATE (UART0_BASE + 0x04)
#define UART_CTRL (UART0_BASE + 0x08)
#define UART_INTCLEAR (UART0_BASE + 0x0c)
#define UART_BAUDDIV (UART0_BASE + 0x10)
#define NVIC_ISER(irq) (0xe000e100 + 4 * ((irq) / 32))

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
    *reg32(NVIC_ISER(UART0_IRQ)) = 3u << UART0_IRQ % 32;
}

#if defined(BOARD_MPS3)
// A machine that the port does not know.
void uart_init(void) {
    *reg32(UART_BAUDDIV) = 16;
    listen(false);
}

int uart_rx_chr(void) {
    return *reg32(UART_STATE) & 2 ? (int)*reg32(UART_DATA) : UART_RX_NO_CHAR;
}

void uart_tx_strn(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        while (*reg32(UART_STATE) & 1) {
        }
        *reg32(UART_DATA) = (uint8_t)text[i];
    }
}
#endif

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
            if (paused && ringbuf_avail(&ring) < RING_BYTES / 2) {
                fetch();
            }
            return byte;
        }
        mp_handle_pending(true);
        fetch();
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
    if (poll_flags & MP_STREAM_POLL_RD) {
        if (!ringbuf_avail(&ring)) {
            fetch();
        }
        if (ringbuf_avail(&ring)) {
            ready |= MP_STREAM_POLL_RD;
        }
    }
    return ready;
}
