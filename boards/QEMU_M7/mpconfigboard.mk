QEMU_MACHINE = mps2-an500
CFLAGS += -DQEMU_SOC_MPS2 -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard
CFLAGS += -DMICROPY_HW_MCU_NAME='"cortex-m7"'
MPY_CROSS_FLAGS += -march=armv7emdp
include $(BOARD_DIR)/../common/cortex_m.mk
