# Included by every emulated board's mpconfigboard.mk: what they share.
EMULATED := $(BOARD_DIR)/../common

CFLAGS += -I$(EMULATED) -DMP_CONFIGFILE='<mpconfig_emulated.h>'

# The port's main() knows no boot script, clock or interrupt-driven console: its calls are led here at link time.
LDFLAGS += -Wl,--wrap=main -Wl,--wrap=exit -Wl,--wrap=mp_init
LDFLAGS += -Wl,--wrap=mp_hal_stdin_rx_chr -Wl,--wrap=mp_hal_stdio_poll

SRC_BOARD_O += $(EMULATED)/start.o $(EMULATED)/console.o $(EMULATED)/clock.o
SRC_BOARD_O += shared/timeutils/timeutils.o

MICROPY_VFS_FAT = 1
MICROPY_VFS_LFS2 = 1
MICROPY_HEAP_SIZE ?= 1048576
