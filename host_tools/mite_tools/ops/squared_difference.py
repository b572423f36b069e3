"""SQUARED_DIFFERENCE: int8, int16 or float32."""

from ..graph import Op as GraphOp
from . import real
from .binary import Binary, Binary16, Factors
from .integer import Integer

LEFT_SHIFT = 7  # the reference's headroom: the square must fit


class Op(Binary):
    KIND = "SQUARED_DIFFERENCE"

    def factors(self, op):
        return squares(op, LEFT_SHIFT)


def squares(op: GraphOp, left_shift: int) -> Factors:
    a, b, output = *op.inputs, op.outputs[0]
    twice = 2 * max(a.scale, b.scale)
    return Factors(a.scale / twice, b.scale / twice, twice * twice / ((1 << 2 * left_shift) * output.scale), left_shift)


class Int16(Binary16):
    KIND = "SQUARED_DIFFERENCE"

    def factors(self, op):
        return squares(op, 0)


class Whole(Integer):
    KIND = "SQUARED_DIFFERENCE"
    TYPES = ("int32",)


class Float(real.Binary):
    KIND = "SQUARED_DIFFERENCE"
