// Wraps the configuration of MicroPython's qemu port: what a real board of this size has switched on.
#include <mpconfigport.h>

#undef MICROPY_PY_TIME
#define MICROPY_PY_TIME (1)
#undef MICROPY_PY_SYS_STDIO_BUFFER
#define MICROPY_PY_SYS_STDIO_BUFFER (1)
#undef MICROPY_PY_SELECT
#define MICROPY_PY_SELECT (1)
#undef MICROPY_PY_ASYNCIO
#define MICROPY_PY_ASYNCIO (1)
#undef MICROPY_KBD_EXCEPTION
#define MICROPY_KBD_EXCEPTION (1)
#define MICROPY_PY_OS (1)
#define MICROPY_PY_RANDOM (1)
#define MICROPY_FATFS_ENABLE_LFN (1)
#define MICROPY_FATFS_RPATH (2)
// The C libraries of bare-metal compilers number errors in their own way; mpremote wants MicroPython's.
#define MICROPY_USE_INTERNAL_ERRNO (1)
