"""LESS_EQUAL: int8 and the first scheme to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "LESS_EQUAL"
    TYPES = ("int8", "uint8")


class Whole(IntegerComparison):
    KIND = "LESS_EQUAL"
