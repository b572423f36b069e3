"""LOGISTIC: int8, as a table of the 256 answers."""

import math

from ..arithmetic import clamp, fixed_logistic, input_radius, round_away, scale, shift_down
from ..program import Constant
from .base import Lowering, not_int8

INTEGER_BITS = 4  # of the argument


class Op(Lowering):
    KIND = "LOGISTIC"

    def unsupported(self, op):
        output = op.outputs[0]
        if reason := not_int8(op.inputs[0], output):
            return reason
        if output.zero_point != -128 or output.scale != 1 / 256:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        return None

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        significand, shift = math.frexp(input.scale * (1 << (31 - INTEGER_BITS)))
        multiplier = round_away(significand * 2**31)
        radius = input_radius(INTEGER_BITS, shift)

        def answer(number: int) -> int:
            x = number - input.zero_point
            if x <= -radius:
                return -128
            if x >= radius:
                return 127
            probability = fixed_logistic(scale(x, multiplier, shift), INTEGER_BITS)
            return clamp(shift_down(probability, 31 - 8) - 128, -128, 127)

        program.add("TABLE", input=input, output=output, table=int8_table(answer), count=input.count)


def int8_table(answer) -> Constant:
    """The TABLE of a function from an int8 to a byte."""
    return Constant(bytes(answer(byte - 256 if byte > 127 else byte) & 255 for byte in range(256)), align=1)
