"""TANH: int8, in fixed point."""

from ..arithmetic import clamp, fixed_tanh, scale, shift_down
from .logistic import INTEGER_BITS, argument
from .unary import Unary


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
