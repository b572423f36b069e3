"""MINIMUM: int8 and the first scheme, of the numbers as they are."""

from .base import FIRST_SCHEME
from .binary import Binary
from .integer import Integer


class Op(Binary):
    KIND = "MINIMUM"
    TYPES = ("int8", FIRST_SCHEME)


class Whole(Integer):
    KIND = "MINIMUM"
