"""REDUCE_MAX: int8, the largest number over any axes."""

from .reduce import Choice
from .integer import WHOLE, IntegerReduction


class Op(Choice):
    KIND = "REDUCE_MAX"
    REDUCTION = "MAX"


class Whole(IntegerReduction):
    KIND = "REDUCE_MAX"
    FUNCTION = "MAX"
    TYPES = (*WHOLE, "bool")
