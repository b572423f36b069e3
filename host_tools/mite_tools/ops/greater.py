"""GREATER: int8, int16, float32 and the first scheme to bool."""

from . import real
from .base import FIRST_SCHEME
from .binary import Comparison, Comparison16
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "GREATER"
    TYPES = ("int8", FIRST_SCHEME)


class Int16(Comparison16):
    KIND = "GREATER"


class Whole(IntegerComparison):
    KIND = "GREATER"


class Float(real.Comparison):
    KIND = "GREATER"
