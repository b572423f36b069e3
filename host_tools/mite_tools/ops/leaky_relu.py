"""LEAKY_RELU: int8, int16, float32 and the first scheme, one multiplier on each side of zero."""

import numpy as np

from ..arithmetic import LIMITS
from ..graph import Op as GraphOp
from . import real
from .base import FIRST_SCHEME
from .int16 import rescale
from .unary import Unary, Unary16, rescaled


class Op(Unary):
    KIND = "LEAKY_RELU"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        above = rescaled(input, output)
        below = rescaled(input, output, real=input.scale * slope(op) / output.scale)
        return lambda x: above(x) if x >= input.zero_point else below(x)


class Int16(Unary16):
    KIND = "LEAKY_RELU"

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        rescale(program, input, output, input.scale / output.scale, LIMITS["int16"], input.scale * slope(op) / output.scale)


def slope(op: GraphOp) -> float:
    """Of the side below zero, as the file has it."""
    return float(np.float32(op.options.get("alpha", 0)))


class Float(real.Unary):
    KIND = "LEAKY_RELU"

    def parameters(self, op):
        return {"low": op.options.get("alpha", 0), "high": 0}
