"""MUL: int8, int16, float32 and the first scheme."""

import math

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
        significand, shift = math.frexp(float(np.float32(a) * np.float32(b) / np.float32(output)))
        # A dead layer's scale can be so small that the exponent is no shift of 32 bits. C leaves open what the reference does then; the machine that
        # its answers come from counts shifts modulo 32.
        return math.ldexp(significand, shift % 32 if shift > 30 else shift)
    return a * b / output


class Whole(Integer):
    KIND = "MUL"


class Float(real.Binary):
    KIND = "MUL"
