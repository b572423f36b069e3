"""GREATER_EQUAL: int8 to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "GREATER_EQUAL"


class Whole(IntegerComparison):
    KIND = "GREATER_EQUAL"
