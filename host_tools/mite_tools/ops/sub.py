"""SUB: int8, int16, float32 and the first scheme, like ADD."""

from . import real
from .add import LEFT_SHIFT, LEFT_SHIFT_16
from .base import FIRST_SCHEME
from .binary import Binary, Binary16, on_one_scale
from .integer import Integer


class Op(Binary):
    KIND = "SUB"
    TYPES = ("int8", FIRST_SCHEME)

    def factors(self, op):
        return on_one_scale(op, LEFT_SHIFT)


class Int16(Binary16):
    KIND = "SUB"

    def factors(self, op):
        return on_one_scale(op, LEFT_SHIFT_16)


class Whole(Integer):
    KIND = "SUB"


class Float(real.Binary):
    KIND = "SUB"
