"""REDUCE_MIN: int8 and the first scheme, the smallest number over any axes."""

from .base import FIRST_SCHEME
from .reduce import Choice
from .integer import WHOLE, IntegerReduction


class Op(Choice):
    KIND = "REDUCE_MIN"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "MIN"


class Whole(IntegerReduction):
    KIND = "REDUCE_MIN"
    FUNCTION = "MIN"
    TYPES = (*WHOLE, "bool")
