"""NEG: whole numbers and float32."""

from . import real
from .integer import WHOLE, Integer, constant, integer


class Whole(Integer):
    KIND = "NEG"
    TYPES = ("int8", "int16", *WHOLE)

    def lower(self, op, program):
        x = op.inputs[0]
        integer(program, "SUB", constant(0, x.dtype), x, op.outputs[0])


class Float(real.Unary):
    KIND = "NEG"
