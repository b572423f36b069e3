"""RIGHT_SHIFT: of whole numbers; those with a sign keep it."""

from .integer import Integer


class Whole(Integer):
    KIND = "RIGHT_SHIFT"
    TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32")
