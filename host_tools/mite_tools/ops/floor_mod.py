"""FLOOR_MOD: whole numbers and float32; the rest has the divisor's sign."""

from . import real
from .integer import WHOLE, Integer


class Whole(Integer):
    KIND = "FLOOR_MOD"
    TYPES = ("int8", "int16", *WHOLE)


class Float(real.Binary):
    KIND = "FLOOR_MOD"
