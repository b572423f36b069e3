"""RELU_N1_TO_1: int8, float32 and the first scheme, with a requantization. TFLite Micro lacks it."""

from ..arithmetic import activation_bounds
from . import real
from .base import FIRST_SCHEME
from .unary import Unary, rescaled


class Op(Unary):
    KIND = "RELU_N1_TO_1"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        output = op.outputs[0]
        return rescaled(op.inputs[0], output, *activation_bounds(2, output.scale, output.zero_point))


class Float(real.Clamp):
    KIND = "RELU_N1_TO_1"
    BETWEEN = (-1, 1)
