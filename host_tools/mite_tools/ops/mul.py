"""MUL: int8, int16 and the first scheme."""

import numpy as np

from ..graph import Op as GraphOp
from . import real
from .base import FIRST_SCHEME
from .binary import Binary, Binary16, Factors
from .integer import Integer


class Op(Binary):
    KIND = "MUL"
    TYPES = ("int8", FIRST_SCHEME)

    def factors(self, op):
        return Factors(output=product(op))


class Int16(Binary16):
    KIND = "MUL"

    def factors(self, op):
        return Factors(output=product(op))


def product(op: GraphOp) -> float:
    """Of the scales."""
    a, b, output = op.inputs[0].scale, op.inputs[1].scale, op.outputs[0].scale
    if FIRST_SCHEME in op.options:  # in single precision, as the reference has it for uint8
        return float(np.float32(a) * np.float32(b) / np.float32(output))
    return a * b / output


class Whole(Integer):
    KIND = "MUL"


class Float(real.Binary):
    KIND = "MUL"
