"""DIV: int8, by a reciprocal. What is divided by zero is undefined in the reference."""

from .binary import Binary, Factors
from .integer import Integer


class Op(Binary):
    KIND = "DIV"

    def factors(self, op):
        return Factors(output=op.inputs[0].scale / (op.inputs[1].scale * op.outputs[0].scale))


class Whole(Integer):
    KIND = "DIV"
    TYPES = ("int32",)
