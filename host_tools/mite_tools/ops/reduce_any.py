"""REDUCE_ANY: is one of a group true?"""

from .integer import IntegerReduction


class Whole(IntegerReduction):
    KIND = "REDUCE_ANY"
    FUNCTION = "MAX"
    TYPES = ("bool",)
