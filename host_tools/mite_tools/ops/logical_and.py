"""LOGICAL_AND: of masks."""

from .integer import Integer


class Whole(Integer):
    KIND = "LOGICAL_AND"
    TYPES = ("bool",)
    FUNCTION = "MINIMUM"
