# _mite as a native module, made in the current folder:
#   make -f .../port/micropython/native.mk ARCH=armv7emsp MPY_DIR=... [MPY_CROSS=...]
# `make natmod ARCH=...` does it with everything it needs.
MITE_PORT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
VPATH := $(MITE_PORT)
MOD := _mite
SRC := $(foreach folder,core ops kernels audio micropython,$(patsubst $(MITE_PORT)/%,%,$(wildcard $(MITE_PORT)/$(folder)/*.c)))
LINK_RUNTIME ?= 1
include $(MPY_DIR)/py/dynruntime.mk
CFLAGS += -fwrapv
# dynruntime.mk wants objects made again when the makefile, by this name, has changed.
Makefile: ;
