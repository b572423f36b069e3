"""NOT_EQUAL: int8 to bool."""

from .binary import Comparison


class Op(Comparison):
    KIND = "NOT_EQUAL"
