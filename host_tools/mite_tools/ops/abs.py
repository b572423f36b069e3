"""ABS: int8, int16 or float32."""

from ..arithmetic import LIMITS, clamp
from . import real
from .int16 import rescale
from .integer import Integer
from .unary import Unary, Unary16, rescaled


class Op(Unary):
    KIND = "ABS"

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if input.scale == output.scale:
            return lambda x: clamp(abs(x - input.zero_point) + output.zero_point, -128, 127)
        to_output = rescaled(input, output)
        return lambda x: to_output(abs(x - input.zero_point) + input.zero_point)


class Int16(Unary16):
    KIND = "ABS"
    MAGNITUDE = 1  # flag

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        real = 1 if input.scale == output.scale else input.scale / output.scale
        rescale(program, input, output, real, LIMITS["int16"], flags=self.MAGNITUDE)


class Whole(Integer):
    KIND = "ABS"
    TYPES = ("int32",)

    def other(self, op):
        return op.inputs[0]


class Float(real.Unary):
    KIND = "ABS"
