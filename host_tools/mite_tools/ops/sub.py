"""SUB: int8, int16, float32 and the first scheme, like ADD."""

from . import real
from .add import LEFT_SHIFT_16
from .binary import Binary16, Sum, on_one_scale
from .integer import Integer


class Op(Sum):
    KIND = "SUB"
    SIGN = -1


class Int16(Binary16):
    KIND = "SUB"

    def factors(self, op):
        return on_one_scale(op, LEFT_SHIFT_16)


class Whole(Integer):
    KIND = "SUB"


class Float(real.Binary):
    KIND = "SUB"
