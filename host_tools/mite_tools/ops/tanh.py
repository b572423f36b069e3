"""TANH: int8, in fixed point; int16, by a table; the first scheme, from real numbers; float32."""

import numpy as np

from ..arithmetic import clamp, fixed_tanh, scale, shift_down
from . import logistic, real
from .base import FIRST_SCHEME
from .logistic import INTEGER_BITS, argument
from .unary import Unary, of_reals


class Op(Unary):
    KIND = "TANH"

    def answer(self, op):
        input = op.inputs[0]
        multiplier, shift, radius = argument(input)

        def answer(number: int) -> int:
            x = number - input.zero_point
            if x <= -radius:
                return -128
            if x >= radius:
                return 127
            return clamp(shift_down(fixed_tanh(scale(x, multiplier, shift), INTEGER_BITS), 31 - 7), -128, 127)

        return answer


class Int16(logistic.Int16):
    KIND = "TANH"
    TANGENT = 1
    PLAIN_SHIFTS = (0, 1)


class FirstScheme(Unary):
    KIND = "TANH"
    TYPES = (FIRST_SCHEME,)

    def answer(self, op):
        return of_reals(op.inputs[0], op.outputs[0], np.tanh)


class Float(real.Unary):
    KIND = "TANH"
    EXACT = "5e-7"
