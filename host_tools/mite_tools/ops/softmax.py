"""SOFTMAX: int8, int16 or float32, along the last dimension."""

import math

import numpy as np

from ..arithmetic import input_radius, quantize_multiplier
from ..program import Constant
from . import real
from .base import FIRST_SCHEME, Lowering, not_int8
from .int16 import Lowering16, int16_table, not_int16

INTEGER_BITS = 5  # of the exponent's argument


class Op(Lowering):
    KIND = "SOFTMAX"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := not_int8(input, output):
            return reason
        if output.scale != 1 / 256 or output.zero_point != -128:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        return "more than 4095 values in a row" if input.shape[-1] > 4095 else None

    def lower(self, op, program):
        input = op.inputs[0]
        real = min(op.options["beta"] * input.scale * (1 << (31 - INTEGER_BITS)), 2**31 - 1.0)
        multiplier, left_shift = quantize_multiplier(real)
        depth = input.shape[-1]
        program.add(
            "SOFTMAX",
            input=input,
            output=op.outputs[0],
            rows=input.count // depth,
            depth=depth,
            multiplier=multiplier,
            left_shift=left_shift,
            diff_min=-input_radius(INTEGER_BITS, left_shift),
        )


class Int16(Lowering16):
    """By tables."""

    KIND = "SOFTMAX"

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := not_int16(output) or not_int16(input, centred=False):
            return reason
        if output.scale != 2.0**-15:
            return f"output scale {output.scale}"
        return "more than 65535 values in a row" if input.shape[-1] > 65535 else None

    def lower(self, op, program):
        input = op.inputs[0]
        multiplier, shift = quantize_multiplier(input.scale * op.options["beta"] / (10 / 65535))
        depth = input.shape[-1]
        program.add("SOFTMAX_S16", input=input, output=op.outputs[0], tables=softmax_tables(),
                    rows=input.count // depth, depth=depth, multiplier=multiplier, shift=shift)  # fmt: skip


def softmax_tables() -> Constant:
    """exp(x) for x from -10 to 0, and 1 / (1 + x) for x from 0 to 1, as int16 with scale 1/32768."""
    single = np.float32
    exponentials = int16_table(single(10) / single(65535), 32767, single(2) / single(65535), math.exp)
    reciprocals = int16_table(single(1) / single(65535), -32768, single(2) / single(65535), lambda x: single(1) / (single(1) + x))
    return Constant(exponentials.tobytes() + reciprocals.tobytes())


class Float(real.Rows):
    KIND = "SOFTMAX"
    EXACT = "5e-7"
