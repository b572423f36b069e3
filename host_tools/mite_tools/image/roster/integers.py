"""Ops over plain whole numbers and masks: int8 to int64 and bool as they are, without scales."""

from ..fields import Field, Op
from ..groups import GROUPS, listed

# The functions of INTEGER: the position is the record's flags.
INTEGERS = (
    "ADD", "SUB", "MUL", "DIV", "FLOOR_DIV", "FLOOR_MOD", "SQUARED_DIFFERENCE", "MAXIMUM", "MINIMUM", "POW", "POW_WRAPPING", "ABS", "SIGN", "BITWISE_XOR",
    "RIGHT_SHIFT", "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL",
)  # fmt: skip
COMPARISONS = INTEGERS[INTEGERS.index("EQUAL") :]  # whose answer is a bool
# The functions of INTEGER_REDUCE, likewise.
INTEGER_REDUCTIONS = ("SUM", "PROD", "MAX", "MIN", "MEAN", "ARG_MAX", "ARG_MIN")
# What WINDOW does.
WINDOWS = ("READ", "WRITE")
# The flags of CUMSUM are bits: 1 EXCLUSIVE, 2 REVERSE.
SUMS = ("INCLUSIVE", "EXCLUSIVE", "REVERSE")

ENUMS = {"INTEGER": INTEGERS, "INTEGER_REDUCE": INTEGER_REDUCTIONS, "WINDOW": WINDOWS, "CUMSUM": SUMS}


OPS = (
    Op(
        46,
        "INTEGER",
        "ADD SUB MUL DIV FLOOR_DIV FLOOR_MOD SQUARED_DIFFERENCE MAXIMUM MINIMUM POW ABS NEG SIGN BITWISE_XOR RIGHT_SHIFT LOGICAL_AND "
        "LOGICAL_OR LOGICAL_NOT EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL ONE_HOT BROADCAST_ARGS",
        "out = clamp(f(a, b)) of plain numbers. The flags say which function: " + listed(INTEGERS) + ". "
        "Computed in 64 bits and cut to the type, so it wraps; what is divided by zero is 0; a POW that leaves int32 is -2^31, a POW_WRAPPING wraps; a shift counts from 0 to the type's "
        "bits - 1. ABS and SIGN are of a alone. Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "of the same type, or bool; dense"),
        Field("u32", "dims", "outermost first", 4),
        Field("u32", "a_strides", "in bytes", 4),
        Field("u32", "b_strides", "in bytes", 4),
        Field("i32", "act_min", "the smallest int32: there is no bound"),
        Field("i32", "act_max", "the largest int32: there is no bound"),
        Field("u8", "dtype", "of a and b, an integer or bool"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        47,
        "INTEGER_REDUCE",
        "SUM REDUCE_PROD REDUCE_MAX REDUCE_MIN REDUCE_ALL REDUCE_ANY MEAN ARG_MAX ARG_MIN",
        "One number of each group of plain numbers. The flags say which: " + listed(INTEGER_REDUCTIONS) + ". "
        "In 64 bits, cut to the output's type. MEAN is rounded towards zero; ARG_MAX and ARG_MIN are the index of the first such number.",
        Field("ref", "input"),
        Field("ref", "output", "dense over the kept dimensions"),
        *GROUPS,
        Field("u8", "dtype", "of the input, an integer or bool"),
        Field("u8", "output_dtype"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        48,
        "CAST",
        "CAST GATHER GATHER_ND SCATTER_ND TOPK_V2 ARG_MAX ARG_MIN",
        "Each number in another type. Integers are cut to fewer bits; float32 to integers goes towards zero and saturates, and what is no number is 0; "
        "integers to float32 go to the nearest, ties to even; bool is 0 or 1, and 1 for all that is not 0.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("u32", "count"),
        Field("u8", "dtype", "of the input"),
        Field("u8", "output_dtype"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        49,
        "SELECT",
        "SELECT SELECT_V2 ONE_HOT BROADCAST_ARGS",
        "out = condition ? a : b, elements of `size` bytes. Dimensions and strides as for ADD.",
        Field("ref", "condition", "bool"),
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "dense"),
        Field("u32", "dims", "outermost first", 4),
        Field("u32", "condition_strides", "in bytes", 4),
        Field("u32", "a_strides", "in bytes", 4),
        Field("u32", "b_strides", "in bytes", 4),
        Field("u32", "size", "1, 2, 4 or 8"),
    ),
    Op(
        50,
        "CUMSUM",
        "CUMSUM",
        "Running sums along the middle dimension. Flags: EXCLUSIVE (1) leaves each element's own number out, REVERSE (2) begins at the end. int32 and int64 as they are; int8: each "
        "x - zero point is shifted left by 20 bits and requantized before it is added to a sum that begins with the same of a 0, and each sum requantized to the output.",
        Field("ref", "input", "[outer, size, inner]"),
        Field("ref", "output", "the same"),
        Field("u32", "outer"),
        Field("u32", "size"),
        Field("u32", "inner"),
        Field("i32", "multiplier", "int8 only, like all that follows but dtype"),
        Field("i32", "output_multiplier"),
        Field("i8", "shift"),
        Field("i8", "output_shift"),
        Field("i8", "zero_point"),
        Field("i8", "output_zero_point"),
        Field("u8", "dtype", "int8, int32 or int64"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        51,
        "TOPK",
        "TOPK_V2",
        "The indices of the k largest numbers of each row, the largest first; of equal ones the first comes first.",
        Field("ref", "input", "[rows, depth]"),
        Field("ref", "output", "int32 [rows, k]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("u32", "k", "at most depth"),
        Field("u8", "dtype", "of the input: any but float64"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        52,
        "SCATTER",
        "SCATTER_ND",
        "Zeros, and then out[indices[i]] += updates[i], slices of `inner` numbers. An index that is out of range is passed by.",
        Field("ref", "indices", "int32 [count]"),
        Field("ref", "updates", "[count, inner]"),
        Field("ref", "output", "[size, inner]"),
        Field("u32", "count"),
        Field("u32", "size"),
        Field("u32", "inner"),
        Field("u8", "dtype", "an integer, bool or float32"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        53,
        "WINDOW",
        "SLICE DYNAMIC_UPDATE_SLICE",
        "A box in a larger tensor, from an index on that is computed. The flags say what is done: 0 READ it into the dense output; 1 WRITE the dense input over it. "
        "An index that would lead outside counts as the nearest that does not.",
        Field("ref", "input", "the larger tensor, or what is written to it"),
        Field("ref", "begin", "the index: int32 or int64 (begin_size 8), one for each dimension from `first` on"),
        Field("ref", "output"),
        Field("u32", "dims", "of the larger tensor, outermost first", 6),
        Field("u32", "box", "of the box", 6),
        Field("u32", "itemsize", "bytes of an element"),
        Field("u8", "begin_size", "4 or 8"),
        Field("u8", "first", "leading dimensions that are not in use, and 1"),
        Field("u16", "reserved", "0"),
    ),
)
