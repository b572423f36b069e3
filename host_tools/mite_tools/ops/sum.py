"""SUM: int8 and the first scheme, over any axes: a MEAN without the division."""

from ..arithmetic import quantize_multiplier
from .base import FIRST_SCHEME
from . import mean
from .integer import WHOLE, IntegerReduction


class Op(mean.Op):
    KIND = "SUM"
    TYPES = ("int8", FIRST_SCHEME)

    def factor(self, input, output, count):
        return quantize_multiplier(input.scale / output.scale)


class Whole(IntegerReduction):
    KIND = "SUM"
    FUNCTION = "SUM"
    TYPES = (*WHOLE, "bool")
