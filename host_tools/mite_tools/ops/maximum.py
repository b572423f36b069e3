"""MAXIMUM: int8 and the first scheme, of the numbers as they are."""

from .binary import Binary
from .integer import Integer


class Op(Binary):
    KIND = "MAXIMUM"
    TYPES = ("int8", "uint8")


class Whole(Integer):
    KIND = "MAXIMUM"
