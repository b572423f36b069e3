"""FLOOR_DIV: whole numbers and float32, rounded down."""

from . import real
from .integer import Integer


class Whole(Integer):
    KIND = "FLOOR_DIV"
    TYPES = ("int8", "int16", "int32")


class Float(real.Binary):
    KIND = "FLOOR_DIV"
