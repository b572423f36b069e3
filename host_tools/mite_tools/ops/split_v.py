"""SPLIT_V: pieces of given sizes along one dimension."""

from . import split
from .movement import numbers


class Op(split.Op):
    KIND = "SPLIT_V"
    DATA = 0
    CONSTANTS = {1: "sizes", 2: "axis"}

    def axis(self, op) -> int:
        return numbers(op.inputs[2])[0] % len(op.inputs[0].shape)
