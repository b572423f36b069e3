"""ADD: int8, int16 or float32 with broadcasting."""

from . import real
from .binary import Binary16, Sum, on_one_scale
from .integer import Integer

LEFT_SHIFT_16 = 15  # the reference's headroom


class Op(Sum):
    KIND = "ADD"


class Int16(Binary16):
    KIND = "ADD"

    def factors(self, op):
        return on_one_scale(op, LEFT_SHIFT_16)


class Whole(Integer):
    KIND = "ADD"


class Float(real.Binary):
    KIND = "ADD"
