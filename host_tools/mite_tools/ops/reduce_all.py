"""REDUCE_ALL: are all of a group true?"""

from .integer import IntegerReduction


class Whole(IntegerReduction):
    KIND = "REDUCE_ALL"
    FUNCTION = "MIN"
    TYPES = ("bool",)
