"""GREATER_EQUAL: int8 to bool."""

from .binary import Comparison


class Op(Comparison):
    KIND = "GREATER_EQUAL"
