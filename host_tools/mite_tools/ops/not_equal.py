"""NOT_EQUAL: int8, int16, float32 and the first scheme to bool."""

from . import real
from .base import FIRST_SCHEME
from .binary import Comparison, Equality16
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "NOT_EQUAL"
    TYPES = ("int8", FIRST_SCHEME)


class Int16(Equality16):
    KIND = "NOT_EQUAL"


class Whole(IntegerComparison):
    KIND = "NOT_EQUAL"
    TYPES = (*WHOLE, "bool")


class Float(real.Comparison):
    KIND = "NOT_EQUAL"
