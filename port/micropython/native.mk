# _mite as a native module, made in the current folder:
#   make -f .../port/micropython/native.mk ARCH=armv7emsp MPY_DIR=... [MPY_CROSS=...]
# `make natmod ARCH=...` does it with everything it needs.
MITE_PORT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
VPATH := $(MITE_PORT)
MOD := _mite
# MITE_SRC: for a module with some ops only the files that it takes; MITE_DEFINES what goes with them (`mite build`).
SRC := $(or $(MITE_SRC),$(foreach folder,core ops kernels audio vision micropython,$(patsubst $(MITE_PORT)/%,%,$(wildcard $(MITE_PORT)/$(folder)/*.c))))
ifneq ($(MITE_RUNTIME),)
# There is no library of what the compiler calls: runtime.c has it, but for double precision, which one op counts in.
SRC := $(filter-out ops/detection.c,$(SRC))
else ifneq ($(ARCH),armv6m)
LINK_RUNTIME ?= 1
endif
include $(MPY_DIR)/py/dynruntime.mk
CFLAGS += -fwrapv -ffp-contract=off $(MITE_DEFINES) $(if $(MITE_RUNTIME),-DMITE_RUNTIME)
# Inner loops are for speed; for Thumb-1 gcc's -Os keeps to eight registers, too.
%__dsp.o %__mve.o %__scalar.o %vision/resample.o: CFLAGS += -O2
ifeq ($(ARCH),armv6m)
# The compiler's runtime without its division, in whose place divide.c is: the linker takes both if it finds both.
MPY_LD_FLAGS += -l$(BUILD)/libgcc.a
$(BUILD)/$(MOD).native.mpy: | $(BUILD)/libgcc.a
$(BUILD)/libgcc.a: | $(BUILD_DIRS)
	$(Q)cp "$$($(CROSS)gcc $(CFLAGS_ARCH) --print-libgcc-file-name)" $@
	$(Q)$(CROSS)ar d $@ divsf3.o
endif
# dynruntime.mk wants objects made again when the makefile, by this name, has changed.
Makefile: ;
