"""Functions of one number, and of two."""

from ..fields import Field, Op
from ..groups import BROADCAST, FACTORS, POINTS, listed

# The functions of BINARY: the position is the record's flags.
BINARIES = ("SUB", "MUL", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER",
            "GREATER_EQUAL", "DIV", "PRELU", "ADD")  # fmt: skip

ENUMS = {"BINARY": BINARIES}

OPS = (
    Op(
        3,
        "ADD",
        "ADD SUB",
        "out = clamp((a * a_factor + b * b_factor + base) >> shift), in 32 bits. The host has found numbers with which this is what the "
        "reference's three requantizations come to for every a and b; where there are none, BINARY does those. "
        "Up to four dimensions, collapsed on the host; a stride of 0 broadcasts.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "int8, dense"),
        Field("i32", "a_factor"),
        Field("i32", "b_factor"),
        Field("i32", "base"),
        *BROADCAST,
        Field("u8", "shift", "0 to 31"),
        Field("i8", "act_min"),
        Field("i8", "act_max"),
        Field("u8", "reserved", "0"),
    ),
    Op(
        8,
        "TABLE",
        "LOGISTIC QUANTIZE TANH RELU RELU6 RELU_N1_TO_1 LEAKY_RELU ABS ELU GELU HARD_SWISH RSQRT",
        "out[i] = table[in[i]], the table indexed by the byte as unsigned.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("ref", "table", "256 bytes"),
        Field("u32", "count"),
    ),
    Op(
        14,
        "BINARY",
        "ADD SUB MUL MAXIMUM MINIMUM SQUARED_DIFFERENCE DIV PRELU EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL",
        "out = f(a, b) of int8 numbers. The flags say which function: " + listed(BINARIES) + ". "
        "Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "int8 or bool, dense"),
        *FACTORS,
        Field("u8", "left_shift", "of both inputs, before they are requantized"),
        *POINTS,
        Field("u16", "reserved", "0"),
    ),
    Op(
        11,
        "QUANTIZE",
        "QUANTIZE",
        "int8, uint8 (flag 1) or int16 (flag 2) from float32: round(x / scale), half away from zero, plus zero point, clamped.",
        Field("ref", "input", "float32"),
        Field("ref", "output"),
        Field("u32", "count"),
        Field("f32", "scale"),
        Field("i32", "zero_point"),
    ),
    Op(
        12,
        "DEQUANTIZE",
        "DEQUANTIZE",
        "float32 from int8, uint8 (flag 1) or int16 (flag 2): scale * (x - zero_point).",
        Field("ref", "input"),
        Field("ref", "output", "float32"),
        Field("u32", "count"),
        Field("f32", "scale"),
        Field("i32", "zero_point"),
    ),
)
