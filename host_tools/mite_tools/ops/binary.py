"""Functions of two int8 or int16 tensors, broadcast against each other."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import LIMITS, quantize_multiplier
from ..graph import Op
from ..image import spec
from ..image.roster.int16 import BINARIES_S16
from ..program import Program
from . import linear
from .base import FIRST_SCHEME, Lowering, fused_clamp_only, not_int8, output_bounds
from .int16 import not_int16
from .linear import requantized
from .strided import blocks, broadcast_strides, merge, moved, pad_left, strides_of

RANK = 4  # dimensions of a record


@dataclass
class Factors:
    """The multipliers of a record as real numbers; one that an op has no use for is 0."""

    a: float = 0
    b: float = 0
    output: float = 0
    left_shift: int = 0


def on_one_scale(op: Op, left_shift: int) -> Factors:
    """Of a sum or difference: both inputs go to twice the larger of their scales first."""
    a, b, output = *op.inputs, op.outputs[0]
    twice = 2 * max(a.scale, b.scale)
    return Factors(a.scale / twice, b.scale / twice, twice / ((1 << left_shift) * output.scale), left_shift)


class Binary(Lowering):
    """An op that is one of spec.BINARIES (KIND is its name). Subclasses say by which factors."""

    BY_ELEMENT = True
    RECORD, FUNCTIONS = "BINARY", spec.BINARIES

    def wrong_types(self, op: Op) -> str | None:
        return not_int8(*op.inputs, op.outputs[0])

    def unsupported(self, op: Op) -> str | None:
        if reason := self.wrong_types(op):
            return reason
        return fused_clamp_only(op) if "fused_activation_function" in op.options else None

    def factors(self, op: Op) -> Factors:
        return Factors()

    def zero_point(self, op: Op) -> int:
        """The output's."""
        return op.outputs[0].zero_point

    def bounds(self, op: Op) -> tuple[int, int]:
        return output_bounds(op) if "fused_activation_function" in op.options else LIMITS[op.outputs[0].dtype]

    def lower(self, op: Op, program: Program) -> None:
        a, b, output = *op.inputs, op.outputs[0]
        factors = self.factors(op)
        (a_multiplier, a_shift), (b_multiplier, b_shift), (multiplier, shift) = map(
            quantize_multiplier, (factors.a, factors.b, factors.output)
        )
        low, high = self.bounds(op)
        shape = output.shape
        inside, outside = (np.dtype(t.dtype).itemsize for t in (a, output))
        dims, views = merge(shape, *(broadcast_strides(t.shape, shape, inside) for t in (a, b)), strides_of(shape, outside))
        for dims, (a_strides, b_strides, _), (a_at, b_at, out_at) in blocks(dims, views, RANK):
            program.add(
                self.RECORD, self.FUNCTIONS.index(self.KIND),
                a=moved(a, a_at), b=moved(b, b_at), output=moved(output, out_at),
                a_multiplier=a_multiplier, b_multiplier=b_multiplier, output_multiplier=multiplier,
                a_shift=a_shift, b_shift=b_shift, output_shift=shift, left_shift=factors.left_shift,
                dims=pad_left(dims, RANK, 1), a_strides=pad_left(a_strides, RANK, 0), b_strides=pad_left(b_strides, RANK, 0),
                a_zero_point=a.zero_point, b_zero_point=b.zero_point, output_zero_point=self.zero_point(op),
                act_min=low, act_max=high,
            )  # fmt: skip


class Sum(Binary):
    """ADD or SUB: a record ADD, where one multiplication for each input can do the same as the reference's three requantizations."""

    TYPES = ("int8", FIRST_SCHEME)
    LEFT_SHIFT, SIGN = 20, 1  # the reference's headroom; of b

    def factors(self, op: Op) -> Factors:
        return on_one_scale(op, self.LEFT_SHIFT)

    def lower(self, op: Op, program: Program) -> None:
        a, b, output = *op.inputs, op.outputs[0]
        low, high = self.bounds(op)
        factors = self.factors(op)
        one, other = (
            requantized(linear.NUMBERS - t.zero_point << self.LEFT_SHIFT, factor) for t, factor in ((a, factors.a), (b, factors.b))
        )
        wanted = requantized(one[:, None] + self.SIGN * other, factors.output) + output.zero_point
        line = linear.find(np.clip(wanted, low, high), a.scale / output.scale, self.SIGN * b.scale / output.scale, low, high)
        if line is None:
            super().lower(op, program)
            return
        shape = output.shape
        dims, views = merge(shape, *(broadcast_strides(t.shape, shape) for t in (a, b)), strides_of(shape))
        for dims, (a_strides, b_strides, _), (a_at, b_at, out_at) in blocks(dims, views, RANK):
            program.add(
                "ADD", a=moved(a, a_at), b=moved(b, b_at), output=moved(output, out_at), **vars(line),
                dims=pad_left(dims, RANK, 1), a_strides=pad_left(a_strides, RANK, 0), b_strides=pad_left(b_strides, RANK, 0),
                act_min=low, act_max=high,
            )  # fmt: skip


class Comparison(Binary):
    """A comparison: two int8 tensors to bool."""

    LEFT_SHIFT = 8  # the reference's headroom

    def wrong_types(self, op: Op) -> str | None:
        if reason := not_int8(*op.inputs):
            return reason
        return "a scale of 1 or more" if max(t.scale for t in op.inputs) >= 1 else None

    def factors(self, op: Op) -> Factors:
        return Factors(op.inputs[0].scale, op.inputs[1].scale, 0, self.LEFT_SHIFT)

    def zero_point(self, op: Op) -> int:
        return 0

    def bounds(self, op: Op) -> tuple[int, int]:
        return 0, 1


class Binary16(Binary):
    """An op that is one of BINARIES_S16."""

    TYPES = ("int16",)
    RECORD, FUNCTIONS = "BINARY_S16", BINARIES_S16

    def wrong_types(self, op: Op) -> str | None:
        return not_int16(*op.inputs, op.outputs[0], centred=False)


class Equality16(Comparison):
    """Are two int16 tensors' numbers the same on one scale, with the reference's headroom?"""

    TYPES = ("int16",)
    RECORD, FUNCTIONS = "BINARY_S16", BINARIES_S16

    def wrong_types(self, op: Op) -> str | None:
        if reason := not_int16(*op.inputs, centred=False):
            return reason
        return "a scale of 1 or more" if max(t.scale for t in op.inputs) >= 1 else None


class Comparison16(Equality16):
    """Which number is larger: the reference looks at the numbers as they are, so both tensors must have one scale."""

    def wrong_types(self, op: Op) -> str | None:
        a, b = op.inputs
        if reason := not_int16(a, b, centred=False):
            return reason
        return None if (a.scale, a.zero_point) == (b.scale, b.zero_point) else "inputs with different scales"

    def factors(self, op: Op) -> Factors:
        return Factors(1, 1)
