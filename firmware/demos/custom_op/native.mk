# threshold_op as a native module, made in the current folder:
#   make -f .../firmware/demos/custom_op/native.mk ARCH=armv7emsp MPY_DIR=...
# Another folder's op is made by setting OP_DIR and MOD before this file is included: ../reply/native.mk does.
OP_DIR ?= $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
MOD ?= threshold_op
MITE_HEADERS ?= $(abspath $(OP_DIR)/../../../port)
VPATH := $(OP_DIR)
SRC := $(MOD).c
LINK_RUNTIME ?= 1
include $(MPY_DIR)/py/dynruntime.mk
CFLAGS += -I$(MITE_HEADERS)
# dynruntime.mk wants objects made again when the makefile, by this name, has changed.
Makefile: ;
