"""MEAN: int8, int16, float32 and the first scheme, over any axes."""

import math

from ..arithmetic import quantize_multiplier
from ..graph import Op as GraphOp
from . import real
from .bands import AS_MEAN, lower_band
from .base import FIRST_SCHEME
from .integer import IntegerReduction
from .reduce import Reduction, Reduction16


def mean(op: GraphOp, count: int) -> tuple[int, int]:
    """The multiplier and shift of a sum of `count` numbers."""
    # 1 / count goes into the multiplier: as many bits as the quotient loses are put in front first.
    multiplier, shift = quantize_multiplier(op.inputs[0].scale / op.outputs[0].scale)
    bits = min(count.bit_length() - 1, 32, 31 + shift)
    return (multiplier << bits) // count, shift - bits


def factors(op: GraphOp, count: int, factor) -> dict:
    """The fields of a record that say how a sum of `count` numbers becomes an output. factor: its multiplier and shift."""
    multiplier, shift = factor(op, count)
    return {"multiplier": multiplier, "shift": shift, "offset": -count * op.inputs[0].zero_point, "output_zero_point": op.outputs[0].zero_point}


class Op(Reduction):
    KIND = "MEAN"
    TYPES = ("int8", FIRST_SCHEME)
    FACTOR = staticmethod(mean)

    def lower(self, op, program):
        if "band" in op.options:
            factor = factors(op, op.options["band"].pixels, self.FACTOR)
            lower_band(op, program, AS_MEAN, act_min=-128, act_max=127, **factor)
            return
        dimensions = self.dimensions(op)
        count = math.prod(dimensions["reduced"])
        program.add("MEAN", input=op.inputs[0], output=op.outputs[0], **dimensions, **factors(op, count, self.FACTOR))


class Int16(Reduction16):
    KIND = "MEAN"
    REDUCTION = "MEAN"
    FACTOR = staticmethod(mean)

    def factors(self, op, count):
        return factors(op, count, self.FACTOR)


class Whole(IntegerReduction):
    KIND = "MEAN"
    FUNCTION = "MEAN"


class Float(real.Reduce):
    KIND = "MEAN"
    REDUCTION = "MEAN"
