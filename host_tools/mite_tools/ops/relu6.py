"""RELU6: int8, a clamp of the bytes: the reference looks at the input's scale only."""

import numpy as np

from ..arithmetic import activation_bounds, round_away
from .base import FIRST_SCHEME
from .unary import Unary, rescaled


class Op(Unary):
    KIND = "RELU6"

    def answer(self, op):
        input = op.inputs[0]
        six = min(input.zero_point + round_away(float(np.float32(6) / np.float32(input.scale))), 127)
        return lambda x: min(max(x, input.zero_point), six)


class FirstScheme(Unary):
    KIND = "RELU6"
    TYPES = (FIRST_SCHEME,)

    def answer(self, op):
        output = op.outputs[0]
        return rescaled(op.inputs[0], output, *activation_bounds(3, output.scale, output.zero_point))
