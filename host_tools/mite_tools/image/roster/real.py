"""Ops of float32 numbers."""

from ..fields import Field, Op
from ..groups import FILTERS, GROUPS, PICTURE, PICTURES, PRODUCT, SEQUENCE, WINDOW, listed
from .pools import POOL

# What the flags of an op say.
BINARIES = ("ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD", "POW", "PRELU",
            "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")  # fmt: skip
UNARIES = ("CLAMP", "LEAKY_RELU", "ABS", "NEG", "SQUARE", "SIGN", "FLOOR", "CEIL", "ROUND", "SQRT", "RSQRT", "EXP", "LOG", "SIN", "COS",
           "TANH", "LOGISTIC", "ELU", "HARD_SWISH", "GELU", "GELU_TANH")  # fmt: skip
POOLS = ("AVERAGE", "MAX", "L2")
ROWS = ("SOFTMAX", "LOG_SOFTMAX", "L2_NORMALIZATION")
REDUCTIONS = ("MEAN", "SUM", "MAX", "MIN", "ARG_MAX", "ARG_MIN")

ENUMS = {"BINARY_F32": BINARIES, "UNARY_F32": UNARIES, "POOL_F32": POOLS, "ROWS_F32": ROWS, "REDUCE_F32": REDUCTIONS}

CLAMP = (Field("f32", "act_min", "fused activation"), Field("f32", "act_max"))

RESIZING = (
    *PICTURE,
    Field("f32", "scale_h", "input rows for one output row"),
    Field("f32", "scale_w"),
)

OPS = (
    Op(
        35,
        "CONV_2D_F32",
        "CONV_2D DEPTHWISE_CONV_2D TRANSPOSE_CONV",
        "out = clamp(sum of x * w + bias). Taps are summed in the filter's order; those outside of the picture are left out.",
        Field("ref", "input", "float32 [batches, in_h, in_w, in_c]"),
        Field("ref", "output", "float32 [batches, out_h, out_w, out_c]"),
        Field("ref", "filter", "float32 [out_c, kernel_h, kernel_w, in_c / groups]"),
        Field("ref", "bias", "float32 [out_c]"),
        *PICTURES,
        Field("u16", "pad_top"),
        Field("u16", "pad_left"),
        Field("u16", "groups"),
        *WINDOW,
        Field("u16", "reserved", "0"),
        *CLAMP,
    ),
    Op(
        36,
        "MATMUL_F32",
        "FULLY_CONNECTED BATCH_MATMUL",
        "out[n, i, j] = clamp(sum over k of a[n, i, k] * b[n, k, j] + bias[j]). Strides also say what is transposed or broadcast. "
        "Flag 1: there is a bias.",
        Field("ref", "a", "float32"),
        Field("ref", "b", "float32"),
        Field("ref", "output", "float32 [batches, rows, columns]"),
        Field("ref", "bias", "float32 [columns]"),
        *PRODUCT,
        *CLAMP,
    ),
    Op(
        37,
        "BINARY_F32",
        "ADD SUB MUL DIV MAXIMUM MINIMUM SQUARED_DIFFERENCE FLOOR_DIV FLOOR_MOD POW PRELU EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER "
        "GREATER_EQUAL ADD_N",
        f"out = clamp(f(a, b)) of float32 numbers. The flags say which function: {listed(BINARIES)}. Comparisons write a byte 0 or 1. "
        "Dimensions and strides as for ADD.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "float32 or bool, dense"),
        Field("u32", "dims", "outermost first", 4),
        Field("u32", "a_strides", "in bytes", 4),
        Field("u32", "b_strides", "in bytes", 4),
        *CLAMP,
    ),
    Op(
        38,
        "UNARY_F32",
        "RELU RELU6 RELU_N1_TO_1 LEAKY_RELU ABS NEG SQUARE SIGN FLOOR CEIL ROUND SQRT RSQRT EXP LOG SIN COS TANH LOGISTIC ELU HARD_SWISH GELU",
        f"out = f(in) of float32 numbers. The flags say which function: {listed(UNARIES)}.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("u32", "count"),
        Field("f32", "low", "of CLAMP; the slope of LEAKY_RELU"),
        Field("f32", "high", "of CLAMP"),
    ),
    Op(
        39,
        "POOL_2D_F32",
        "AVERAGE_POOL_2D MAX_POOL_2D L2_POOL_2D",
        f"Of the taps inside the picture. The flags say what: {listed(POOLS)} (root of the mean square).",
        Field("ref", "input", "float32 [batches, in_h, in_w, channels]"),
        Field("ref", "output", "float32 [batches, out_h, out_w, channels]"),
        *(field for field in POOL if field.kind in ("u16", "u8")),
        Field("u16", "reserved", "0"),
        *CLAMP,
    ),
    Op(
        40,
        "ROWS_F32",
        "SOFTMAX LOG_SOFTMAX L2_NORMALIZATION",
        f"Along the last dimension. The flags say what: {listed(ROWS)}.",
        Field("ref", "input", "float32 [rows, depth]"),
        Field("ref", "output", "float32 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("f32", "beta", "SOFTMAX"),
    ),
    Op(
        41,
        "REDUCE_F32",
        "MEAN SUM REDUCE_MAX REDUCE_MIN ARG_MAX ARG_MIN",
        f"One number of each group of float32 numbers. The flags say which: {listed(REDUCTIONS)}. ARG_MAX and ARG_MIN write the index of "
        "the first such number as an int32.",
        Field("ref", "input", "float32"),
        Field("ref", "output", "dense over the kept dimensions"),
        *GROUPS,
    ),
    Op(
        42,
        "CUMSUM_F32",
        "CUMSUM",
        "Along the middle dimension the sum of the numbers so far. Flags: 1 without the number itself, 2 from the end on.",
        Field("ref", "input", "float32 [outer, size, inner]"),
        Field("ref", "output", "float32 [outer, size, inner]"),
        Field("u32", "outer"),
        Field("u32", "size"),
        Field("u32", "inner"),
    ),
    Op(
        43,
        "RESIZE_BILINEAR_F32",
        "RESIZE_BILINEAR",
        "Of the four pixels around. Flag 1: half-pixel centres.",
        Field("ref", "input", "float32 [batches, in_h, in_w, channels]"),
        Field("ref", "output", "float32 [batches, out_h, out_w, channels]"),
        *RESIZING,
    ),
    Op(
        44,
        "LSTM_F32",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "Gates in the order input, forget, cell, output.",
        Field("ref", "input", "float32"),
        Field("ref", "output", "float32"),
        Field("ref", "hidden", "float32 [batches, units], in the state"),
        Field("ref", "cell", "float32 [batches, units], in the state"),
        Field("ref", "weights", "f32 bias[4][units], f32 input_weights[4][units][inputs], f32 hidden_weights[4][units][units]"),
        Field("ref", "scratch", "for the four gates"),
        Field("u32", "scratch_bytes"),
        *SEQUENCE,
        Field("f32", "cell_clip", "0: none"),
    ),
    Op(
        45,
        "SVDF_F32",
        "SVDF",
        "A row of `memory` numbers for each filter, shifted by one, its newest the product of input and feature weights; the sums of "
        "`rank` filters' products with their time weights, and a bias, clamped.",
        Field("ref", "input", "float32 [batches, inputs]"),
        Field("ref", "output", "float32 [batches, units]"),
        Field("ref", "state", "float32 [batches, units * rank, memory]"),
        Field("ref", "feature_weights", "float32 [units * rank, inputs]"),
        Field("ref", "time_weights", "float32 [units * rank, memory]"),
        Field("ref", "bias", "float32 [units]"),
        *FILTERS,
        *CLAMP,
    ),
)
