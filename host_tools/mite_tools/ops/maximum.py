"""MAXIMUM: int8, of the numbers as they are."""

from .binary import Binary


class Op(Binary):
    KIND = "MAXIMUM"
