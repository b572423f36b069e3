QEMU_MACHINE = mps2-an385
CFLAGS += -DQEMU_SOC_MPS2 -mcpu=cortex-m3 -mfloat-abi=soft
CFLAGS += -DMICROPY_HW_MCU_NAME='"cortex-m3"'
MPY_CROSS_FLAGS += -march=armv7m
include $(BOARD_DIR)/../common/cortex_m.mk
