"""GREATER: int8 to bool."""

from .binary import Comparison


class Op(Comparison):
    KIND = "GREATER"
