"""MUL: int8."""

from .binary import Binary, Factors
from .integer import Integer


class Op(Binary):
    KIND = "MUL"

    def factors(self, op):
        return Factors(output=op.inputs[0].scale * op.inputs[1].scale / op.outputs[0].scale)


class Whole(Integer):
    KIND = "MUL"
