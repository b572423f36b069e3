"""LOGICAL_OR: of masks."""

from .integer import Integer


class Whole(Integer):
    KIND = "LOGICAL_OR"
    TYPES = ("bool",)
    FUNCTION = "MAXIMUM"
