"""RELU: int8, int16, float32 and the first scheme, with a requantization."""

import math

from ..arithmetic import LIMITS
from . import real
from .base import FIRST_SCHEME
from .int16 import rescale
from .unary import Unary, Unary16, rescaled


class Op(Unary):
    KIND = "RELU"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        return rescaled(op.inputs[0], op.outputs[0], low=op.outputs[0].zero_point)


class Int16(Unary16):
    KIND = "RELU"
    CENTRED = True

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        rescale(program, input, output, input.scale / output.scale, (output.zero_point, LIMITS["int16"][1]))


class Float(real.Clamp):
    KIND = "RELU"
    BETWEEN = (0, math.inf)
