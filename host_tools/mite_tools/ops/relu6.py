"""RELU6: int8, int16 or float32, a clamp of the bytes: the reference looks at the input's scale only."""

import numpy as np

from ..arithmetic import LIMITS, activation_bounds, round_away
from ..graph import Tensor
from . import real
from .base import FIRST_SCHEME
from .int16 import rescale
from .unary import Unary, Unary16, rescaled


class Op(Unary):
    KIND = "RELU6"

    def answer(self, op):
        input = op.inputs[0]
        high = min(six(input), 127)
        return lambda x: min(max(x, input.zero_point), high)


class Int16(Unary16):
    KIND = "RELU6"

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        rescale(program, input, output, 1, (input.zero_point, min(six(input), LIMITS["int16"][1])), zero_points=(0, 0))


def six(input: Tensor) -> int:
    """The input's number that stands for 6."""
    return input.zero_point + round_away(float(np.float32(6) / np.float32(input.scale)))


class FirstScheme(Unary):
    KIND = "RELU6"
    TYPES = (FIRST_SCHEME,)

    def answer(self, op):
        output = op.outputs[0]
        return rescaled(op.inputs[0], output, *activation_bounds(3, output.scale, output.zero_point))


class Float(real.Clamp):
    KIND = "RELU6"
    BETWEEN = (0, 6)
