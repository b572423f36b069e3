"""REDUCE_MIN: int8, the smallest number over any axes."""

from .reduce import Choice
from .integer import WHOLE, IntegerReduction


class Op(Choice):
    KIND = "REDUCE_MIN"
    REDUCTION = "MIN"


class Whole(IntegerReduction):
    KIND = "REDUCE_MIN"
    FUNCTION = "MIN"
    TYPES = (*WHOLE, "bool")
