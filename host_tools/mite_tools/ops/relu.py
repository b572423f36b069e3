"""RELU: int8 and the first scheme, with a requantization."""

from .unary import Unary, rescaled


class Op(Unary):
    KIND = "RELU"
    TYPES = ("int8", "uint8")

    def answer(self, op):
        return rescaled(op.inputs[0], op.outputs[0], low=op.outputs[0].zero_point)
