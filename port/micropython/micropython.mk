# _mite as a user C module: make USER_C_MODULES=.../port/micropython
MITE_PORT := $(USERMOD_DIR)/..
MITE_SOURCES := $(foreach folder,core ops kernels audio vision,$(wildcard $(MITE_PORT)/$(folder)/*.c))
SRC_USERMOD_C += $(wildcard $(USERMOD_DIR)/*.c)
SRC_USERMOD_LIB_C += $(MITE_SOURCES)
CFLAGS_USERMOD += -fwrapv -ffp-contract=off -I$(MITE_PORT)
# Inner loops are for speed, whatever the firmware is built for.
%__dsp.o %__mve.o %__scalar.o %vision/resample.o: CFLAGS += -O2
