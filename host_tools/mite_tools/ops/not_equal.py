"""NOT_EQUAL: int8 and the first scheme to bool."""

from .base import FIRST_SCHEME
from .binary import Comparison
from .integer import WHOLE, IntegerComparison


class Op(Comparison):
    KIND = "NOT_EQUAL"
    TYPES = ("int8", FIRST_SCHEME)


class Whole(IntegerComparison):
    KIND = "NOT_EQUAL"
    TYPES = (*WHOLE, "bool")
