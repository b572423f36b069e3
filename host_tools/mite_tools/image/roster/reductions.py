"""Ops over groups and rows of numbers."""

from ..fields import Field, Op
from ..groups import GROUPS, listed

# The functions of REDUCE: the position is the record's flags.
REDUCTIONS = ("MAX", "MIN", "ARG_MAX", "ARG_MIN", "ADD_N")

ENUMS = {"REDUCE": REDUCTIONS}

OPS = (
    Op(
        6,
        "MEAN",
        "MEAN SUM",
        "out = clamp(requantize(sum - count * input_zero_point) + output_zero_point); 1 / count is in the multiplier.",
        Field("ref", "input", "int8"),
        Field("ref", "output", "int8, dense over the kept dimensions"),
        Field("i32", "multiplier"),
        Field("i32", "offset", "-count * input_zero_point"),
        *GROUPS,
        Field("i8", "shift"),
        Field("i8", "output_zero_point"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        15,
        "REDUCE",
        "REDUCE_MAX REDUCE_MIN ARG_MAX ARG_MIN ADD_N",
        "One number of each group of int8 numbers. The flags say which: " + listed(REDUCTIONS) + ". "
        "ARG_MAX and ARG_MIN write the index of the first such number as an int32. ADD_N: out = clamp(requantize(requantize(-zero point) + sum of requantize((x - zero point) "
        "shifted left by 20 bits)) + output zero point).",
        Field("ref", "input", "int8"),
        Field("ref", "output", "dense over the kept dimensions"),
        *GROUPS,
        Field("i32", "multiplier", "ADD_N only, like all that follows"),
        Field("i32", "output_multiplier"),
        Field("i8", "shift"),
        Field("i8", "output_shift"),
        Field("i8", "zero_point"),
        Field("i8", "output_zero_point"),
    ),
    Op(
        7,
        "SOFTMAX",
        "SOFTMAX",
        "Along the last dimension, in fixed point; output scale 1/256, zero point -128.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("i32", "multiplier", "input scale * beta in Q5.26, as a Q0.31 significand"),
        Field("i32", "diff_min", "values further below the row's maximum count as zero"),
        Field("u8", "left_shift"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        18,
        "LOG_SOFTMAX",
        "LOG_SOFTMAX",
        "Along the last dimension, in fixed point; output scale 1/16, zero point 127.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("i32", "multiplier", "input scale in Q5.26, as a Q0.31 significand"),
        Field("i32", "diff_min", "values further below the row's maximum count as zero"),
        Field("i32", "reverse_multiplier", "the reciprocal"),
        Field("i8", "left_shift"),
        Field("i8", "reverse_shift"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        17,
        "L2_NORMALIZATION",
        "L2_NORMALIZATION",
        "Each row divided by its length, the root of the sum of squares; output scale 1/128, zero point 0. Flag 1: numbers are multiplied by 128 before "
        "they are divided, not afterwards, and so are rounded twice.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth", "at most 33025"),
        Field("i32", "zero_point", "of the input"),
    ),
)
