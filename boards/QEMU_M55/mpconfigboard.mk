QEMU_MACHINE = mps3-an547
CFLAGS += -DBOARD_MPS3 -mcpu=cortex-m55 -mfloat-abi=hard
CFLAGS += -DMICROPY_HW_MCU_NAME='"cortex-m55"'
MPY_CROSS_FLAGS += -march=armv7emdp
# Binutils 2.40 takes VCVT under the condition NE for Helium's VCVTN: no conditional instructions where floats are made of integers.
%/vision/boxes.o: CFLAGS += -fno-if-conversion2
# The Thumb-2 helper names an older architecture, which does not link with this one.
GC_HELPER = shared/runtime/gchelper_generic.o
LDSCRIPT = $(BOARD_DIR)/mps3.ld
include $(BOARD_DIR)/../common/cortex_m.mk
