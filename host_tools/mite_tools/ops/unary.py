"""Functions of one int8 tensor: the host computes the 256 answers, the board looks them up."""

from collections.abc import Callable

import numpy as np

from ..arithmetic import LIMITS, clamp, quantize_multiplier, round_away, scale
from ..graph import Op, Tensor
from ..program import Constant, Program
from .base import Lowering, not_int8
from .int16 import Lowering16, not_int16

Answer = Callable[[int], int]


class Unary(Lowering):
    """An op that is a function of one int8 number. Subclasses say which, in the reference's arithmetic."""

    BY_ELEMENT = True

    def unsupported(self, op: Op) -> str | None:
        return not_int8(op.inputs[0], op.outputs[0]) or self.unusual(op)

    def unusual(self, op: Op) -> str | None:
        """What else stands in the way, or None."""
        return None

    def answer(self, op: Op) -> Answer:
        """The function from an input's number to the output's."""
        raise NotImplementedError

    def lower(self, op: Op, program: Program) -> None:
        input, output = op.inputs[0], op.outputs[0]
        program.add("TABLE", input=input, output=output, table=int8_table(self.answer(op)), count=input.count)


class Unary16(Lowering16):
    """A function of one int16 number that a RESCALE can do. Subclasses have `lower`."""

    BY_ELEMENT = True
    CENTRED = False  # must the zero points be 0?

    def unsupported(self, op: Op) -> str | None:
        return not_int16(op.inputs[0], op.outputs[0], centred=self.CENTRED)


def int8_table(answer: Answer) -> Constant:
    """The TABLE of a function from an int8 to a byte."""
    return Constant(bytes(answer(byte - 256 if byte > 127 else byte) & 255 for byte in range(256)), align=1)


def rescaled(input: Tensor, output: Tensor, low: int = -128, high: int = 127, real: float | None = None) -> Answer:
    """The requantization from input to output, clamped. real: the quotient of the scales, where the reference has it in another precision."""
    multiplier, shift = quantize_multiplier(input.scale / output.scale if real is None else real)
    return lambda x: clamp(scale(x - input.zero_point, multiplier, shift) + output.zero_point, low, high)


def of_reals(input: Tensor, output: Tensor, function: Callable[[np.float32], np.float32]) -> Answer:
    """The function of the real numbers, in single precision as the reference's own look-up tables are made."""
    low, high = LIMITS[output.dtype]
    inverse = np.float32(1) / np.float32(output.scale)

    def answer(x: int) -> int:
        with np.errstate(all="ignore"):
            real = function(np.float32(input.scale) * np.float32(x - input.zero_point))
            steps = float(np.float32(real) * inverse)
        if not abs(steps) < 2**31:
            return high if steps > 0 else low
        return clamp(round_away(steps) + output.zero_point, low, high)

    return answer
