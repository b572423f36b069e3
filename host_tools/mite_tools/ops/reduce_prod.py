"""REDUCE_PROD: whole numbers, the product over any axes."""

from .integer import IntegerReduction


class Whole(IntegerReduction):
    KIND = "REDUCE_PROD"
    FUNCTION = "PROD"
    TYPES = ("int32", "int64", "bool")
