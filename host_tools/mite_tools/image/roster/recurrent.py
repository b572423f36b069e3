"""Ops that remember."""

from ..fields import Field, Op
from ..groups import FILTERS, SEQUENCE

LSTM = (
    Field("ref", "input"),
    Field("ref", "output"),
    Field("ref", "hidden", "[batches, units], as the output, in the state"),
    Field("ref", "cell", "int16 [batches, units], in the state"),
    Field("ref", "weights", "i32 input_bias[4][units], i32 hidden_bias[4][units], i8 input_weights[4][units][inputs], "
                            "i8 hidden_weights[4][units][units]; the zero points are folded into the biases"),  # fmt: skip
    Field("ref", "table", "u16[256]: the logistic function of i / 24, times 65536"),
    Field("ref", "scratch", "for the four gates"),
    Field("u32", "scratch_bytes"),
    *SEQUENCE,
    Field("i32", "input_multiplier", "of each gate", 4),
    Field("i32", "hidden_multiplier", "of each gate", 4),
    Field("i32", "forget_multiplier", "cell * forget gate"),
    Field("i32", "update_multiplier", "input gate * cell gate"),
    Field("i32", "output_multiplier", "tanh(cell) * output gate"),
    Field("i32", "tanh_multiplier", "cell to the table's steps"),
    Field("i8", "input_shift", "", 4),
    Field("i8", "hidden_shift", "", 4),
    Field("i8", "forget_shift"),
    Field("i8", "update_shift"),
    Field("i8", "output_shift"),
    Field("u8", "tanh_shift", "to the right"),
    Field("i16", "cell_clip", "0: none"),
    Field("i8", "output_zero_point"),
    Field("u8", "reserved", "0"),
)

OPS = (
    Op(
        20,
        "LSTM",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "int8 with 16-bit gates and cell. Gates in the order input, forget, cell, output: each requantizes the product with the input and that with "
        "the hidden state to 1/4096, adds them, and looks up its function in `table`.",
        *LSTM,
    ),
    Op(
        21,
        "SVDF",
        "SVDF",
        "A row of `memory` numbers for each filter, shifted by one, its newest the requantized product of input and feature weights; the sums of "
        "`rank` filters' products with their time weights, and a bias, requantized. Flag 1: int16 state and time weights.",
        Field("ref", "input", "int8 [batches, inputs]"),
        Field("ref", "output", "int8 [batches, units]"),
        Field("ref", "state", "int8 or int16 [batches, units * rank, memory]"),
        Field("ref", "feature_weights", "int8 [units * rank, inputs]"),
        Field("ref", "time_weights", "int8 or int16 [units * rank, memory]"),
        Field("ref", "bias", "int32 [units]"),
        *FILTERS,
        Field("i32", "feature_multiplier"),
        Field("i32", "output_multiplier"),
        Field("i8", "feature_shift"),
        Field("i8", "output_shift"),
        Field("i8", "input_zero_point"),
        Field("i8", "state_zero_point"),
        Field("i8", "output_zero_point"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
)
