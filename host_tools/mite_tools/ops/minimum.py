"""MINIMUM: int8, int16, float32 and the first scheme, of the numbers as they are."""

from . import real
from .base import FIRST_SCHEME
from .binary import Binary, Binary16
from .integer import Integer


class Op(Binary):
    KIND = "MINIMUM"
    TYPES = ("int8", FIRST_SCHEME)


class Int16(Binary16):
    KIND = "MINIMUM"


class Whole(Integer):
    KIND = "MINIMUM"


class Float(real.Binary):
    KIND = "MINIMUM"
