"""SUM: int8, over any axes: a MEAN without the division."""

from ..arithmetic import quantize_multiplier
from . import mean
from .integer import WHOLE, IntegerReduction


class Op(mean.Op):
    KIND = "SUM"

    def factor(self, input, output, count):
        return quantize_multiplier(input.scale / output.scale)


class Whole(IntegerReduction):
    KIND = "SUM"
    FUNCTION = "SUM"
    TYPES = (*WHOLE, "bool")
