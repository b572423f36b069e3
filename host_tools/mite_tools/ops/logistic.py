"""LOGISTIC: int8, in fixed point; the first scheme, from real numbers."""

import math

import numpy as np

from ..arithmetic import clamp, fixed_logistic, input_radius, round_away, scale, shift_down
from .base import FIRST_SCHEME
from .unary import Unary, of_reals

INTEGER_BITS = 4  # of the argument


def argument(input) -> tuple[int, int, int]:
    """(multiplier, shift, radius) that bring an input to a number with INTEGER_BITS, and where it would no longer fit."""
    significand, shift = math.frexp(input.scale * (1 << (31 - INTEGER_BITS)))
    return round_away(significand * 2**31), shift, input_radius(INTEGER_BITS, shift)


class Op(Unary):
    KIND = "LOGISTIC"

    def unusual(self, op):
        output = op.outputs[0]
        if output.zero_point != -128 or output.scale != 1 / 256:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        return None

    def answer(self, op):
        input = op.inputs[0]
        multiplier, shift, radius = argument(input)

        def answer(number: int) -> int:
            x = number - input.zero_point
            if x <= -radius:
                return -128
            if x >= radius:
                return 127
            probability = fixed_logistic(scale(x, multiplier, shift), INTEGER_BITS)
            return clamp(shift_down(probability, 31 - 8) - 128, -128, 127)

        return answer


class FirstScheme(Unary):
    KIND = "LOGISTIC"
    TYPES = (FIRST_SCHEME,)

    def answer(self, op):
        return of_reals(op.inputs[0], op.outputs[0], lambda x: np.float32(1) / (np.float32(1) + np.exp(-x)))
