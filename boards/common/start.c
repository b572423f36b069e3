// What happens before the port's main() and after its mp_init().

#include "py/runtime.h"
#include "py/stackctrl.h"
#include "shared/runtime/pyexec.h"

#include "emulated.h"

// Of the memory above .bss; the port's own limit, 10 KB, is less than real boards of this size give.
#define STACK_BYTES (48 * 1024)

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
void __real_exit(int status) __attribute__((noreturn));
void __wrap_exit(int status) __attribute__((noreturn));
void __real_mp_init(void);
void __wrap_mp_init(void);

int __wrap_main(int argc, char **argv) {
    #if defined(__ARM_FP)
    // CPACR: coprocessors 10 and 11 (floating point) are off at reset, and main() may use them at once.
    *reg32(0xe000ed88) |= 0xfu << 20;
    __asm volatile ("dsb\n isb" ::: "memory");
    #endif
    console_init();
    return __real_main(argc, argv);
}

// Whatever ends the machine has just said why, and QEMU takes the serial port along with what nobody has read yet.
void __wrap_exit(int status) {
    for (volatile uint32_t turns = 0; turns < 10 * 1000 * 1000; turns++) {
    }
    __real_exit(status);
}

// Called at power on and at each soft reset.
void __wrap_mp_init(void) {
    mp_stack_set_limit(STACK_BYTES);
    __real_mp_init();
    pyexec_frozen_module("_boot.py", false);
}
