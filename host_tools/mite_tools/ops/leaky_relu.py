"""LEAKY_RELU: int8 and the first scheme, one multiplier on each side of zero."""

import numpy as np

from .base import FIRST_SCHEME
from .unary import Unary, rescaled


class Op(Unary):
    KIND = "LEAKY_RELU"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        alpha = float(np.float32(op.options.get("alpha", 0)))  # as the file has it
        above = rescaled(input, output)
        below = rescaled(input, output, real=input.scale * alpha / output.scale)
        return lambda x: above(x) if x >= input.zero_point else below(x)
