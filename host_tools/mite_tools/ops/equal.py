"""EQUAL: int8 to bool."""

from .binary import Comparison
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "EQUAL"


class Whole(IntegerComparison):
    KIND = "EQUAL"
    TYPES = (*WHOLE, "bool")
