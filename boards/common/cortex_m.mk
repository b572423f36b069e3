# Included by the boards with a Cortex-M.
QEMU_ARCH = arm
CFLAGS += -mthumb -DQEMU_SOC_MPS2
LDSCRIPT = $(BOARD_DIR)/../common/mps2.ld
SRC_BOARD_O += $(BOARD_DIR)/../common/vectors.o
SRC_BOARD_O += shared/runtime/gchelper_thumb2.o
include $(BOARD_DIR)/../common/common.mk
