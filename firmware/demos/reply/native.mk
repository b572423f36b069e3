# features_op as a native module, made in the current folder:
#   make -f .../firmware/demos/reply/native.mk ARCH=armv7emsp MPY_DIR=...
OP_DIR := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
MOD := features_op
include $(OP_DIR)/../custom_op/native.mk
