"""REDUCE_MIN: int8, int16, float32 and the first scheme, the smallest number over any axes."""

from . import real
from .base import FIRST_SCHEME
from .integer import WHOLE, IntegerReduction
from .reduce import Choice, Reduction16


class Op(Choice):
    KIND = "REDUCE_MIN"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "MIN"


class Int16(Reduction16):
    KIND = "REDUCE_MIN"
    REDUCTION = "MIN"


class Whole(IntegerReduction):
    KIND = "REDUCE_MIN"
    FUNCTION = "MIN"
    TYPES = (*WHOLE, "bool")


class Float(real.Reduce):
    KIND = "REDUCE_MIN"
    REDUCTION = "MIN"
