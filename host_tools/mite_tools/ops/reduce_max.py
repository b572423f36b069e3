"""REDUCE_MAX: int8, int16, float32 and the first scheme, the largest number over any axes."""

from . import real
from .base import FIRST_SCHEME
from .integer import WHOLE, IntegerReduction
from .reduce import Choice, Reduction16


class Op(Choice):
    KIND = "REDUCE_MAX"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "MAX"


class Int16(Reduction16):
    KIND = "REDUCE_MAX"
    REDUCTION = "MAX"


class Whole(IntegerReduction):
    KIND = "REDUCE_MAX"
    FUNCTION = "MAX"
    TYPES = (*WHOLE, "bool")


class Float(real.Reduce):
    KIND = "REDUCE_MAX"
    REDUCTION = "MAX"
