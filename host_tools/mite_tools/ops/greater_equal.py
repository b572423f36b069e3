"""GREATER_EQUAL: int8, int16, float32 and the first scheme to bool."""

from . import real
from .base import FIRST_SCHEME
from .binary import Comparison, Comparison16
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "GREATER_EQUAL"
    TYPES = ("int8", FIRST_SCHEME)


class Int16(Comparison16):
    KIND = "GREATER_EQUAL"


class Whole(IntegerComparison):
    KIND = "GREATER_EQUAL"


class Float(real.Comparison):
    KIND = "GREATER_EQUAL"
