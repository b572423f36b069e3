"""DIV: int8, float32 and the first scheme, by a reciprocal. What is divided by zero is undefined in the reference."""

import numpy as np

from . import real
from .base import FIRST_SCHEME
from .binary import Binary, Factors
from .integer import Integer


class Op(Binary):
    KIND = "DIV"
    TYPES = ("int8", FIRST_SCHEME)

    def factors(self, op):
        a, b, output = op.inputs[0].scale, op.inputs[1].scale, op.outputs[0].scale
        if FIRST_SCHEME in op.options:  # in single precision, as the reference has it for uint8
            return Factors(output=float(np.float32(a) / (np.float32(b) * np.float32(output))))
        return Factors(output=a / (b * output))


class Whole(Integer):
    KIND = "DIV"
    TYPES = ("int32",)


class Float(real.Binary):
    KIND = "DIV"
