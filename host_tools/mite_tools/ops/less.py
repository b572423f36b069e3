"""LESS: int8 to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "LESS"


class Whole(IntegerComparison):
    KIND = "LESS"
