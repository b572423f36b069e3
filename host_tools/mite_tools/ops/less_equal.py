"""LESS_EQUAL: int8, int16, float32 and the first scheme to bool."""

from . import real
from .base import FIRST_SCHEME
from .binary import Comparison, Comparison16
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "LESS_EQUAL"
    TYPES = ("int8", FIRST_SCHEME)


class Int16(Comparison16):
    KIND = "LESS_EQUAL"


class Whole(IntegerComparison):
    KIND = "LESS_EQUAL"


class Float(real.Comparison):
    KIND = "LESS_EQUAL"
