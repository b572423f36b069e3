# Written by `make generate` from host_tools/mite_tools/image. Do not edit.

FORMAT_VERSION = 2
RUNTIME_VERSION = 1
SHARED = 1
PACKED = 2
PACKED_SHIFT_MOST = 22
SHORT = -1
MAGIC = -2
FORMAT = -3
RUNTIME = -4
CRC = -5
LAYOUT = -6
ALIGN = -7
OP = -8
RECORD = -9
RANGE = -10
VALUE = -11
ARENA = -12
STATE = -13
# number: (file in ops/, the record's structure)
OPS = {
    0: ("conv_2d", "<BBHIIIIIIHHHHHHHHHBBBBBBhhhhHH"),
    1: ("depthwise_conv_2d", "<BBHIIIIIIHHHHHHHHHBBBBBBhhhhHH"),
    2: ("fully_connected", "<BBHIIIIIIIhhhH"),
    3: ("add", "<BBHIIIiiiIIIIIIIIIIIIBbbB"),
    4: ("average_pool_2d", "<BBHIIHHHHHHHHHHBBbb"),
    5: ("max_pool_2d", "<BBHIIHHHHHHHHHHBBbb"),
    6: ("mean", "<BBHIIiiIIIIIIIIIIIIbbH"),
    7: ("softmax", "<BBHIIIIiiBBH"),
    8: ("table", "<BBHIIII"),
    9: ("copy", "<BBHIIIIIIIIiiiiiiiiii"),
    10: ("fill", "<BBHIIII"),
    11: ("quantize", "<BBHIIIfi"),
    12: ("dequantize", "<BBHIIIfi"),
    13: ("initial_state", "<BBHIIII"),
    14: ("binary", "<BBHIIIiiiIIIIIIIIIIIIbbbBhhhhhH"),
    15: ("reduce", "<BBHIIIIIIIIIIIIIIiibbbb"),
    16: ("gather", "<BBHIIIIIIII"),
    19: ("resize_bilinear", "<BBHIIHHHHHHii"),
    23: ("band_sum", "<BBHIIIII"),
    24: ("band_mean", "<BBHIIIiiibbbb"),
    60: ("jump", "<BBHII"),
    61: ("custom", "<BBHIIIHBBBBH"),
    63: ("copy_rows", "<BBHIIIIii"),
    64: ("band_dense", "<BBHIIIIIIIIIhhhH"),
}
