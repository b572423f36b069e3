"""SQUARED_DIFFERENCE: int8."""

from .binary import Binary, Factors
from .integer import Integer

LEFT_SHIFT = 7  # the reference's headroom: the square must fit


class Op(Binary):
    KIND = "SQUARED_DIFFERENCE"

    def factors(self, op):
        a, b, output = *op.inputs, op.outputs[0]
        twice = 2 * max(a.scale, b.scale)
        return Factors(a.scale / twice, b.scale / twice, twice * twice / ((1 << 2 * LEFT_SHIFT) * output.scale), LEFT_SHIFT)


class Whole(Integer):
    KIND = "SQUARED_DIFFERENCE"
    TYPES = ("int32",)
