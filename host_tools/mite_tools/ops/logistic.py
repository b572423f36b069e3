"""LOGISTIC: int8, in fixed point; int16, by a table; the first scheme, from real numbers; float32."""

import math

import numpy as np

from ..arithmetic import clamp, fixed_logistic, input_radius, round_away, scale, shift_down
from . import real
from .base import FIRST_SCHEME
from .int16 import sigmoid_table
from .unary import Unary, Unary16, of_reals

INTEGER_BITS = 4  # of the argument
UNIT = 2.0**-15  # the scale of an int16 output


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


class Int16(Unary16):
    """By a table, with a multiplier that the reference chooses so that 4096 * 3 steps are 1.0."""

    KIND = "LOGISTIC"
    CENTRED = True
    TANGENT = 0  # flag
    PLAIN_SHIFTS = (0,)  # to the left, for which an input scale that is a power of two is taken as it is
    FRACTION_BITS = 12

    def unsupported(self, op):
        if reason := super().unsupported(op):
            return reason
        return None if op.outputs[0].scale == UNIT else f"output scale {op.outputs[0].scale}"

    def lower(self, op, program):
        multiplier, shift = self.steps(op.inputs[0].scale)
        program.add("SIGMOID_S16", self.TANGENT, input=op.inputs[0], output=op.outputs[0], table=sigmoid_table(), count=op.inputs[0].count,
                    multiplier=multiplier, shift=shift)  # fmt: skip

    def steps(self, scale: float) -> tuple[int, int]:
        """(multiplier, shift to the right) from the input's numbers to the table's steps."""
        power = math.log2(scale)
        if power % 1 == 0 and power + self.FRACTION_BITS in self.PLAIN_SHIFTS:
            return 3 << int(power + self.FRACTION_BITS), 0
        multiplier, shift = scale * 4096 * 3, 0
        while multiplier <= 32767 / 2 and shift <= 30:
            multiplier, shift = 2 * multiplier, shift + 1
        return int(multiplier), shift


class FirstScheme(Unary):
    KIND = "LOGISTIC"
    TYPES = (FIRST_SCHEME,)

    def answer(self, op):
        return of_reals(op.inputs[0], op.outputs[0], lambda x: np.float32(1) / (np.float32(1) + np.exp(-x)))


class Float(real.Unary):
    KIND = "LOGISTIC"
    EXACT = "5e-7"
