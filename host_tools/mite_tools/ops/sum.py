"""SUM: int8, int16, float32 and the first scheme, over any axes: a MEAN without the division."""

from ..arithmetic import quantize_multiplier
from ..graph import Op as GraphOp
from . import real
from .base import FIRST_SCHEME
from . import mean
from .integer import WHOLE, IntegerReduction


def total(op: GraphOp, count: int) -> tuple[int, int]:
    """The multiplier and shift of a sum."""
    return quantize_multiplier(op.inputs[0].scale / op.outputs[0].scale)


class Op(mean.Op):
    KIND = "SUM"
    TYPES = ("int8", FIRST_SCHEME)
    FACTOR = staticmethod(total)


class Int16(mean.Int16):
    KIND = "SUM"
    FACTOR = staticmethod(total)


class Whole(IntegerReduction):
    KIND = "SUM"
    FUNCTION = "SUM"
    TYPES = (*WHOLE, "bool")


class Float(real.Reduce):
    KIND = "SUM"
    REDUCTION = "SUM"
