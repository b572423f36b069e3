"""SUB: int8 and the first scheme, like ADD."""

from .base import FIRST_SCHEME
from .add import LEFT_SHIFT
from .binary import Binary, Factors
from .integer import Integer


class Op(Binary):
    KIND = "SUB"
    TYPES = ("int8", FIRST_SCHEME)

    def factors(self, op):
        a, b, output = *op.inputs, op.outputs[0]
        twice = 2 * max(a.scale, b.scale)
        return Factors(a.scale / twice, b.scale / twice, twice / ((1 << LEFT_SHIFT) * output.scale), LEFT_SHIFT)


class Whole(Integer):
    KIND = "SUB"
