"""SIGN: int32 and float32: -1, 0 or 1."""

from . import real
from .integer import Integer


class Whole(Integer):
    KIND = "SIGN"
    TYPES = ("int32",)

    def other(self, op):
        return op.inputs[0]


class Float(real.Unary):
    KIND = "SIGN"
