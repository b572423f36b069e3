"""Ops on int16 activations ("16x8": the weights are int8). Zero points are 0 where nothing else is said."""

from ..fields import Field, Op
from ..groups import FACTORS, GROUPS, PICTURE, PICTURES, POINTS, POOLING, PRODUCT, WINDOW, listed
from .recurrent import LSTM

# The functions of BINARY_S16: the position is the record's flags.
BINARIES_S16 = ("ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER",
                "GREATER_EQUAL")  # fmt: skip
# The functions of REDUCE_S16.
REDUCTIONS_S16 = ("MEAN", "MAX", "MIN")

ENUMS = {"BINARY_S16": BINARIES_S16, "REDUCE_S16": REDUCTIONS_S16}

OPS = (
    Op(
        25,
        "CONV_2D_S16",
        "CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED TRANSPOSE_CONV",
        "filter: int8 [out_c, kernel_h * kernel_w * (in_c / groups)]. channels: i32 bias[out_c], i32 multiplier[n], i8 shift[n]; n is out_c, or 1 with "
        "flag 1. Flag 2: 64-bit sums, i32 upper half of each bias in front of all that, and the 16-bit multipliers of scale_wide.",
        Field("ref", "input", "int16 [batches, in_h, in_w, in_c]"),
        Field("ref", "output", "int16 [batches, out_h, out_w, out_c]"),
        Field("ref", "filter"),
        Field("ref", "channels"),
        *PICTURES,
        Field("u16", "groups"),
        Field("u16", "pad_top"),
        Field("u16", "pad_left"),
        *WINDOW,
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        26,
        "BINARY_S16",
        "ADD SUB MUL MAXIMUM MINIMUM SQUARED_DIFFERENCE EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL",
        "out = f(a, b) of int16 numbers. The flags say which function: " + listed(BINARIES_S16) + ". "
        "Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "int16 or bool, dense"),
        *FACTORS,
        Field("u8", "left_shift", "of both inputs, before they are requantized"),
        *POINTS,
        Field("u16", "reserved", "0"),
    ),
    Op(
        27,
        "POOL_S16",
        "AVERAGE_POOL_2D MAX_POOL_2D",
        "Mean of the taps inside the picture, rounded half away from zero; with flag 1 the largest of them.",
        Field("ref", "input", "int16 [batches, in_h, in_w, channels]"),
        Field("ref", "output", "int16 [batches, out_h, out_w, channels]"),
        *PICTURE,
        *POOLING,
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        28,
        "RESCALE",
        "QUANTIZE RELU RELU6 LEAKY_RELU ABS",
        "out = clamp(scale(x, m, s) + output_zero_point) of x = in - input_zero_point, with other m and s where x is below 0. Between int8, int16 and "
        "int32. Flag 1: of the magnitude of x.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("u32", "count"),
        Field("i32", "multiplier"),
        Field("i32", "negative_multiplier"),
        Field("i32", "input_zero_point"),
        Field("i32", "output_zero_point"),
        Field("i32", "act_min"),
        Field("i32", "act_max"),
        Field("i8", "shift"),
        Field("i8", "negative_shift"),
        Field("u8", "input_bytes", "of an element: 1, 2 or 4"),
        Field("u8", "output_bytes"),
    ),
    Op(
        29,
        "SIGMOID_S16",
        "LOGISTIC TANH",
        "The logistic function, or with flag 1 the hyperbolic tangent, of (in * multiplier + half) / 2^shift, by a table with a straight line between "
        "its entries: 512 steps for one entry, for the tangent 256. Output scale 1/32768.",
        Field("ref", "input", "int16"),
        Field("ref", "output", "int16"),
        Field("ref", "table", "as for LSTM"),
        Field("u32", "count"),
        Field("i32", "multiplier", "0 to 65535"),
        Field("u8", "shift"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        30,
        "SOFTMAX_S16",
        "SOFTMAX",
        "Along the last dimension, by two tables with 128 steps for one entry; output scale 1/32768.",
        Field("ref", "input", "int16 [rows, depth]"),
        Field("ref", "output", "int16 [rows, depth]"),
        Field("ref", "tables", "i16[513] of exp(x), x from -10 to 0, then i16[513] of 1 / (1 + x), x from 0 to 1"),
        Field("u32", "rows"),
        Field("u32", "depth", "at most 65535"),
        Field("i32", "multiplier", "input scale * beta / (10 / 65535)"),
        Field("i8", "shift"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        31,
        "REDUCE_S16",
        "MEAN SUM REDUCE_MAX REDUCE_MIN",
        "One number of each group of int16 numbers. The flags say which: " + listed(REDUCTIONS_S16) + ". "
        "MEAN as the op MEAN.",
        Field("ref", "input", "int16"),
        Field("ref", "output", "int16, dense over the kept dimensions"),
        *GROUPS,
        Field("i32", "multiplier", "MEAN only, like all that follows"),
        Field("i32", "offset", "-count * input_zero_point"),
        Field("i16", "output_zero_point"),
        Field("i8", "shift"),
        Field("u8", "reserved", "0"),
    ),
    Op(
        32,
        "BATCH_MATMUL_S16",
        "BATCH_MATMUL",
        "As BATCH_MATMUL, with 64-bit sums and scale_wide.",
        Field("ref", "a", "int16"),
        Field("ref", "b", "int16"),
        Field("ref", "output", "int16 [batches, rows, columns]"),
        *PRODUCT,
        Field("i32", "multiplier"),
        Field("i8", "shift"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        33,
        "LSTM_S16",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "As LSTM, with int16 activations, whose products with the weights have 64-bit sums and scale_wide. In `weights` the lower and the upper halves of "
        "the input's biases stand where LSTM has those of input and hidden state.",
        *LSTM,
    ),
    Op(
        34,
        "TABLE_S16",
        "EXP",
        "out = table[x] for x = in / 128 from -256 on, with a straight line between its entries.",
        Field("ref", "input", "int16"),
        Field("ref", "output", "int16"),
        Field("ref", "table", "i16[513]"),
        Field("u32", "count"),
    ),
)
