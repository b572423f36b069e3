"""RELU: int8 and the first scheme, with a requantization."""

from .base import FIRST_SCHEME
from .unary import Unary, rescaled


class Op(Unary):
    KIND = "RELU"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        return rescaled(op.inputs[0], op.outputs[0], low=op.outputs[0].zero_point)
