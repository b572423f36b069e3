"""LESS_EQUAL: int8 to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "LESS_EQUAL"


class Whole(IntegerComparison):
    KIND = "LESS_EQUAL"
