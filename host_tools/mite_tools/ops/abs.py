"""ABS: int8."""

from ..arithmetic import clamp
from .unary import Unary, rescaled
from .integer import Integer


class Op(Unary):
    KIND = "ABS"

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if input.scale == output.scale:
            return lambda x: clamp(abs(x - input.zero_point) + output.zero_point, -128, 127)
        to_output = rescaled(input, output)
        return lambda x: to_output(abs(x - input.zero_point) + input.zero_point)


class Whole(Integer):
    KIND = "ABS"
    TYPES = ("int32",)

    def other(self, op):
        return op.inputs[0]
