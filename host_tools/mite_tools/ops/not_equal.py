"""NOT_EQUAL: int8 and the first scheme to bool."""

from .binary import Comparison
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "NOT_EQUAL"
    TYPES = ("int8", "uint8")


class Whole(IntegerComparison):
    KIND = "NOT_EQUAL"
    TYPES = (*WHOLE, "bool")
