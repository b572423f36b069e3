"""LOGICAL_NOT: of a mask."""

from .integer import Integer, constant


class Whole(Integer):
    KIND = "LOGICAL_NOT"
    TYPES = ("bool",)
    FUNCTION = "EQUAL"

    def other(self, op):
        return constant(False, "bool")
