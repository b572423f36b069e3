QEMU_ARCH = riscv32
QEMU_MACHINE = virt
# Debian 12's compiler finds no 32-bit libraries for rv32imac_zicsr, and by the specification of 2.2 the counter
# instructions need no name.
RV32_ARCH = rv32imac
AFLAGS += -misa-spec=2.2
CFLAGS += -DQEMU_SOC_VIRT
CFLAGS += -DMICROPY_HW_MCU_NAME='"$(RV32_ARCH)"'
LDSCRIPT = mcu/rv32/virt.ld
SRC_BOARD_O += shared/runtime/gchelper_native.o shared/runtime/gchelper_rv32i.o
MPY_CROSS_FLAGS += -march=rv32imc
include $(BOARD_DIR)/../common/common.mk
