"""MINIMUM: int8, of the numbers as they are."""

from .binary import Binary
from .integer import Integer


class Op(Binary):
    KIND = "MINIMUM"


class Whole(Integer):
    KIND = "MINIMUM"
