# Written by `make generate` from host_tools/mite_tools/image. Do not edit.

HEADER = "<BBBBBBHIIIIIIIIHBB"
# Positions in the unpacked header
FORMAT = 4
RUNTIME = 5
FLAGS = 6
LENGTH = 7
CRC = 8
ARENA_BYTES = 9
STATE_BYTES = 10
TENSORS = 11
PROGRAM = 12
CONSTANTS = 13
METADATA = 14
RECORDS = 15
INPUTS = 16
OUTPUTS = 17

TENSOR = "<IIfiBBH"
TENSOR_BYTES = 20
HEADER_BYTES = 44
SPACE_SHIFT = 30
OFFSET_MASK = 0x3fffffff
HAS_CUSTOM = 1
CUSTOM = 61  # op number
# name, struct character
DTYPES = (
    ("int8", "b"),
    ("uint8", "B"),
    ("int16", "h"),
    ("uint16", "H"),
    ("int32", "i"),
    ("uint32", "I"),
    ("int64", "q"),
    ("float32", "f"),
    ("bool", "B"),
    ("uint64", "Q"),
)
