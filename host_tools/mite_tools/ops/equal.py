"""EQUAL: int8 and the first scheme to bool."""

from .binary import Comparison
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "EQUAL"
    TYPES = ("int8", "uint8")


class Whole(IntegerComparison):
    KIND = "EQUAL"
    TYPES = (*WHOLE, "bool")
