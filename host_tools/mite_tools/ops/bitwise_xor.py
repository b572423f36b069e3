"""BITWISE_XOR: of whole numbers."""

from .integer import Integer


class Whole(Integer):
    KIND = "BITWISE_XOR"
    TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32")
