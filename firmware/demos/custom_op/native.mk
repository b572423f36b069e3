# threshold_op as a native module, made in the current folder:
#   make -f .../firmware/demos/custom_op/native.mk ARCH=armv7emsp MPY_DIR=...
THRESHOLD_DIR := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
MITE_HEADERS ?= $(abspath $(THRESHOLD_DIR)/../../../port)
VPATH := $(THRESHOLD_DIR)
MOD := threshold_op
SRC := threshold_op.c
LINK_RUNTIME ?= 1
include $(MPY_DIR)/py/dynruntime.mk
CFLAGS += -I$(MITE_HEADERS)
# dynruntime.mk wants objects made again when the makefile, by this name, has changed.
Makefile: ;
