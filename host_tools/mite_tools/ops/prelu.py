"""PRELU: int8, float32 and the first scheme; what is below zero is multiplied by a tensor of slopes."""

import numpy as np

from . import real
from .base import FIRST_SCHEME
from .binary import Binary, Factors


class Op(Binary):
    KIND = "PRELU"
    TYPES = ("int8", FIRST_SCHEME)

    def factors(self, op):
        input, alpha, output = op.inputs[0].scale, op.inputs[1].scale, op.outputs[0].scale
        if FIRST_SCHEME in op.options:  # in single precision, as the reference has it for uint8
            input, alpha, output = map(np.float32, (input, alpha, output))
        return Factors(float(input / output), float(input * alpha / output))


class Float(real.Binary):
    KIND = "PRELU"
