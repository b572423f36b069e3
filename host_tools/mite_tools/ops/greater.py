"""GREATER: int8 and the first scheme to bool."""

from .base import FIRST_SCHEME
from .binary import Comparison
from .integer import IntegerComparison


class Op(Comparison):
    KIND = "GREATER"
    TYPES = ("int8", FIRST_SCHEME)


class Whole(IntegerComparison):
    KIND = "GREATER"
