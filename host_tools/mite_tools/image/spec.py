"""The .mite image format, as data. This module and the op records in `roster/` are its only source.

`generate.py` writes the C structures (port/core/format.h), the board's constants (firmware/mite/format.py) and the
tables of SPEC.md from what stands here; a test holds the checked-in files against it.
"""

from .fields import RECORD, Field, Op, Struct
from .roster import ENUMS, OPS
from .roster.elementwise import BINARIES
from .roster.movement import COPY_RANK
from .roster.reductions import REDUCTIONS
from .roster.weights import PACKED, PACKED_SHIFT_BITS, PACKED_SHIFT_MOST, SHARED

MAGIC = b"MITE"
FORMAT_VERSION = 2  # how an image is laid out; an image of another version is refused
RUNTIME_VERSION = 1  # what the runtime can do; grows with every op or field; an image names the one it needs
SECTION_ALIGN = 16
HAS_CUSTOM = 1  # of the header's flags

# A reference is a place in memory: the space in its two top bits, the byte offset in the others.
SPACES = ("ARENA", "CONSTANT", "STATE", "NONE")
SPACE_SHIFT = 30
OFFSET_MASK = (1 << SPACE_SHIFT) - 1

# name, bytes of one element, struct character. The position in this list is the code in an image.
DTYPES = (
    ("int8", 1, "b"),
    ("uint8", 1, "B"),
    ("int16", 2, "h"),
    ("uint16", 2, "H"),
    ("int32", 4, "i"),
    ("uint32", 4, "I"),
    ("int64", 8, "q"),
    ("float32", 4, "f"),
    ("bool", 1, "B"),
    ("uint64", 8, "Q"),
)

# What can be wrong with an image or its memory: name, text. {0}, {1} are the two numbers that come with it.
# The code on the wire is minus the position, from 1.
ERRORS = (
    ("SHORT", "the image is cut off: {0} bytes of {1}"),
    ("MAGIC", "this is not a .mite image"),
    ("FORMAT", "the image has format version {0}, this build of mite reads version {1}: convert the model again"),
    ("RUNTIME", "the image needs mite runtime {0}, this is {1}: update mite on the board"),
    ("CRC", "the image is damaged (CRC-32 {0:08x}, should be {1:08x}): upload it again"),
    ("LAYOUT", "the image is damaged: section at byte {0} with {1} bytes lies outside it"),
    ("ALIGN", "the buffer lies at an odd address (multiple of {0} needed, off by {1}): use a buffer of its own, not a slice"),
    ("OP", "this build of mite lacks op number {0}: use a build with it"),
    ("RECORD", "record is {0} bytes long, {1} expected"),
    ("RANGE", "reads or writes {1} bytes at reference {0:08x}, outside of its memory"),
    ("VALUE", "a parameter is out of range ({0}, {1})"),
    ("ARENA", "the arena has {1} bytes, {0} are needed"),
    ("STATE", "the state has {1} bytes, {0} are needed"),
)

HEADER = Struct(
    "header",
    "The first bytes of an image.",
    Field("u8", "magic", '"MITE"', 4),
    Field("u8", "format", "format version"),
    Field("u8", "runtime", "runtime version needed"),
    Field("u16", "flags", "1: the program has CUSTOM records"),
    Field("u32", "length", "bytes of the whole image"),
    Field("u32", "crc", "CRC-32 (zlib) of the image without this field"),
    Field("u32", "arena_bytes", "RAM for activations and scratch"),
    Field("u32", "state_bytes", "RAM that must survive from one inference to the next"),
    Field("u32", "tensors", "byte offset of the tensor records: inputs, then outputs"),
    Field("u32", "program", "byte offset of the op records"),
    Field("u32", "constants", "byte offset of the constants"),
    Field("u32", "metadata", "byte offset of the metadata: UTF-8 JSON, to the end of the image"),
    Field("u16", "records", "number of op records"),
    Field("u8", "inputs", "number of inputs"),
    Field("u8", "outputs", "number of outputs"),
)

TENSOR = Struct(
    "tensor",
    "An input or output. Its dimensions follow, a u32 each.",
    Field("ref", "data", "where its bytes are, in the arena"),
    Field("u32", "bytes", "how many"),
    Field("f32", "scale", "0 where it is not quantized"),
    Field("i32", "zero_point"),
    Field("u8", "dtype", "position in the list of types"),
    Field("u8", "rank", "number of dimensions, at most 8"),
    Field("u16", "reserved", "0"),
)

OP_NUMBERS = {op.op: op.number for op in OPS}
OP_OF_NUMBER = {op.number: op for op in OPS}
DTYPE_NUMBERS = {name: number for number, (name, _, _) in enumerate(DTYPES)}
