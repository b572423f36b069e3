# Included by the boards with a Cortex-M.
QEMU_ARCH = arm
CFLAGS += -mthumb
LDSCRIPT ?= $(BOARD_DIR)/../common/mps2.ld
SRC_BOARD_O += $(BOARD_DIR)/../common/vectors.o
GC_HELPER ?= shared/runtime/gchelper_native.o shared/runtime/gchelper_thumb2.o
SRC_BOARD_O += $(GC_HELPER)
include $(BOARD_DIR)/../common/common.mk
