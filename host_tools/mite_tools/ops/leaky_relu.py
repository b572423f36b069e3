"""LEAKY_RELU: int8, one multiplier on each side of zero."""

import numpy as np

from .unary import Unary, rescaled


class Op(Unary):
    KIND = "LEAKY_RELU"

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        single = np.float32  # the reference multiplies and divides the scales in single precision here
        alpha = single(input.scale) * single(op.options.get("alpha", 0)) / single(output.scale)
        above = rescaled(input, output, real=float(single(input.scale) / single(output.scale)))
        below = rescaled(input, output, real=float(alpha))
        return lambda x: above(x) if x >= input.zero_point else below(x)
