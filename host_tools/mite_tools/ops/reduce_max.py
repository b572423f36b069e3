"""REDUCE_MAX: int8 and the first scheme, the largest number over any axes."""

from .base import FIRST_SCHEME
from .reduce import Choice
from .integer import WHOLE, IntegerReduction


class Op(Choice):
    KIND = "REDUCE_MAX"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "MAX"


class Whole(IntegerReduction):
    KIND = "REDUCE_MAX"
    FUNCTION = "MAX"
    TYPES = (*WHOLE, "bool")
