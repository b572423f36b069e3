"""NOT_EQUAL: int8 to bool."""

from .binary import Comparison
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "NOT_EQUAL"


class Whole(IntegerComparison):
    KIND = "NOT_EQUAL"
    TYPES = (*WHOLE, "bool")
