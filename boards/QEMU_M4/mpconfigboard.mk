QEMU_MACHINE = mps2-an386
CFLAGS += -DQEMU_SOC_MPS2 -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
CFLAGS += -DMICROPY_HW_MCU_NAME='"cortex-m4"'
MPY_CROSS_FLAGS += -march=armv7emsp
include $(BOARD_DIR)/../common/cortex_m.mk
