"""MEAN: int8 and the first scheme, over any axes."""

import math

from ..arithmetic import quantize_multiplier
from .base import FIRST_SCHEME
from .reduce import Reduction
from .integer import IntegerReduction


class Op(Reduction):
    KIND = "MEAN"
    TYPES = ("int8", FIRST_SCHEME)

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        dimensions = self.dimensions(op)
        count = math.prod(dimensions["reduced"])
        multiplier, shift = self.factor(input, output, count)
        program.add("MEAN", input=input, output=output, multiplier=multiplier, shift=shift, offset=-count * input.zero_point,
                    output_zero_point=output.zero_point, **dimensions)  # fmt: skip

    def factor(self, input, output, count: int) -> tuple[int, int]:
        """The multiplier and shift of a sum of `count` numbers."""
        # 1 / count goes into the multiplier: as many bits as the quotient loses are put in front first.
        multiplier, shift = quantize_multiplier(input.scale / output.scale)
        bits = min(count.bit_length() - 1, 32, 31 + shift)
        return (multiplier << bits) // count, shift - bits


class Whole(IntegerReduction):
    KIND = "MEAN"
    FUNCTION = "MEAN"
