"""FLOOR_MOD: whole numbers; the rest has the divisor's sign."""

from .integer import WHOLE, Integer


class Whole(Integer):
    KIND = "FLOOR_MOD"
    TYPES = ("int8", "int16", *WHOLE)
