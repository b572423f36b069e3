"""LESS: int8 and the first scheme to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "LESS"
    TYPES = ("int8", "uint8")


class Whole(IntegerComparison):
    KIND = "LESS"
