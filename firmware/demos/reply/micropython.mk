# features_op as a user C module, beside mite's: both folders, or links to them, in the one that USER_C_MODULES names.
# MITE_HEADERS: mite's folder port; as things lie here, two folders further up.
REPLY_DIR := $(USERMOD_DIR)
MITE_HEADERS ?= $(realpath $(REPLY_DIR))/../../../port
SRC_USERMOD_C += $(REPLY_DIR)/features_op.c
CFLAGS_USERMOD += -I$(MITE_HEADERS)
