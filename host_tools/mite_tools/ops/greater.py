"""GREATER: int8 to bool."""

from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "GREATER"


class Whole(IntegerComparison):
    KIND = "GREATER"
