# _mite as a native module, made in the current folder:
#   make -f .../port/micropython/native.mk ARCH=armv7emsp MPY_DIR=... [MPY_CROSS=...]
# With MITE_SENSORS=1 it is _mite_sensors, which has what mite.audio and mite.vision need of it. `make natmod ARCH=...` makes both.
MITE_PORT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
VPATH := $(MITE_PORT)
sources = $(foreach folder,$(1),$(patsubst $(MITE_PORT)/%,%,$(wildcard $(MITE_PORT)/$(folder)/*.c)))
ifneq ($(MITE_SENSORS),)
MOD := _mite_sensors
SOURCES := $(call sources,audio vision) kernels/real.c $(filter-out micropython/program.c,$(call sources,micropython))
MITE_DEFINES := -DMITE_WITHOUT_PROGRAM
else ifneq ($(MITE_SRC),)
# A module with some ops only, of just the files that it takes, and with MITE_DEFINES (`mite build`). It may have parts of the sensors.
MOD := _mite
SOURCES := $(MITE_SRC)
else
MOD := _mite
SOURCES := $(filter-out micropython/frontend.c micropython/vision.c,$(call sources,core ops kernels micropython))
MITE_DEFINES += -DMITE_WITHOUT_FRONTEND -DMITE_WITHOUT_VISION -DMITE_COMPACT
endif
# Where there is no library of what the compiler calls, runtime.c has it.
ifeq ($(MITE_RUNTIME)$(filter armv6m,$(ARCH)),)
LINK_RUNTIME ?= 1
endif
OBJECTS = $(addprefix $(BUILD)/,$(SOURCES:.c=.o))
# MITE_APART: a compiler that cannot optimize all files together. It does away with a tenth of the code: what several files have
# of the same header, what nobody calls, and what is called once. Only in kernels are instructions put in an order that the processor likes best:
# elsewhere that keeps them from getting smaller.
ifeq ($(MITE_APART),)
SRC_O = $(BUILD)/$(MOD).o
MITE_TOGETHER := -flto -ffunction-sections -fdata-sections -fvisibility=hidden -fno-tree-loop-optimize -fno-move-loop-invariants -fno-schedule-insns2
else
SRC_O = $(OBJECTS)
endif
include $(MPY_DIR)/py/dynruntime.mk
CFLAGS += -fwrapv -ffp-contract=off $(MITE_TOGETHER) $(MITE_DEFINES) $(if $(MITE_RUNTIME),-DMITE_RUNTIME)
# Inner loops are for speed; for Thumb-1 gcc's -Os keeps to eight registers, too. Where they are assembly the code around them may be
# small: with all fast paths that costs one or two instructions of a hundred, and saves a ninth of the kernels.
MITE_LOOPS := $(if $(filter armv7m armv7emsp armv7emdp,$(ARCH)),-Os -U__OPTIMIZE_SIZE__,-O2)
%__dsp.o %__mve.o %__scalar.o: CFLAGS += $(MITE_LOOPS) $(if $(MITE_TOGETHER),-fno-lto -fschedule-insns2)
%vision/resample.o: CFLAGS += -O2
# What the compiler calls by itself it does not look for in other files.
%micropython/module.o %micropython/divide.o %micropython/runtime.o: CFLAGS += $(if $(MITE_TOGETHER),-fno-lto)
$(CONFIG_H): $(SOURCES)
$(OBJECTS): | $(sort $(dir $(OBJECTS)))
$(sort $(dir $(OBJECTS))):
	$(Q)$(MKDIR) -p $@
$(BUILD)/$(MOD).o: $(OBJECTS)
	$(ECHO) "LINK $@"
	$(Q)$(CROSS)gcc $(filter-out -specs=%,$(CFLAGS)) -flto-partition=one -flinker-output=nolto-rel -r -nostdlib -Wl,--gc-sections -Wl,-u,mpy_init -o $@ $^
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
