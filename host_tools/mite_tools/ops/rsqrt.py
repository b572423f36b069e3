"""RSQRT: int8, in fixed point, and float32. An int8 number below the zero point has no root: it gives the largest output."""

import math

from ..arithmetic import clamp, inverse_sqrt, quantize_multiplier, scale
from . import real
from .unary import Unary

SHIFT = 20  # keeps the root an integer in between


class Op(Unary):
    KIND = "RSQRT"

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        multiplier, shift = quantize_multiplier(1 / (math.sqrt(input.scale) * output.scale))

        def answer(number: int) -> int:
            value = number - input.zero_point
            if value <= 0:
                return 127
            root, root_shift = inverse_sqrt(value)
            return clamp(scale(scale(1, root, root_shift + SHIFT), multiplier, shift - SHIFT) + output.zero_point, -128, 127)

        return answer


class Float(real.Unary):
    KIND = "RSQRT"
