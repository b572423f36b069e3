"""CUMSUM: running sums along one dimension."""

import math

from ..arithmetic import quantize_multiplier
from ..image.roster.integers import SUMS
from . import real
from .base import Lowering, constant_input, not_int8
from .integer import WHOLE, dtype_of, not_of

LEFT_SHIFT = 20  # the reference's headroom for int8


def flags(op) -> int:
    """Which sums, by the op's options."""
    return sum(1 << bit for bit, name in enumerate(SUMS[1:]) if op.options.get(name.lower()))


class CumulativeSum(Lowering):
    """Along the axis in the second input."""

    def unsupported(self, op):
        return self.types(op) or constant_input(op, 1, "axis")

    def types(self, op) -> str | None:
        """Why the tensors' types are not these, or None."""
        return not_of(self.TYPES, op.inputs[0], op.outputs[0])

    def numbers(self, op) -> dict:
        """The record's fields that only quantized numbers need."""
        return dict(multiplier=0, output_multiplier=0, shift=0, output_shift=0, zero_point=0, output_zero_point=0)

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        axis = int(op.inputs[1].data.reshape(-1)[0]) % max(1, len(input.shape))
        shape = input.shape or (1,)
        if input.count:
            program.add("CUMSUM", flags(op), input=input, output=output, outer=math.prod(shape[:axis]), size=shape[axis],
                        inner=math.prod(shape[axis + 1 :]), dtype=dtype_of(input), **self.numbers(op))  # fmt: skip


class Op(CumulativeSum):
    KIND = "CUMSUM"

    def types(self, op):
        return not_int8(op.inputs[0], op.outputs[0])

    def numbers(self, op):
        input, output = op.inputs[0], op.outputs[0]
        twice = 2 * input.scale
        multiplier, shift = quantize_multiplier(input.scale / twice)
        output_multiplier, output_shift = quantize_multiplier(twice / ((1 << LEFT_SHIFT) * output.scale))
        return dict(multiplier=multiplier, output_multiplier=output_multiplier, shift=shift, output_shift=output_shift,
                    zero_point=input.zero_point, output_zero_point=output.zero_point)  # fmt: skip


class Whole(CumulativeSum):
    KIND = "CUMSUM"
    TYPES = WHOLE


class Float(real.Float):
    KIND = "CUMSUM"

    def numbers(self, op):
        return [op.inputs[0], *op.outputs]

    def unusual(self, op):
        return constant_input(op, 1)

    def lower(self, op, program):
        input, axis = op.inputs[0], int(op.inputs[1].data.reshape(-1)[0]) % len(op.inputs[0].shape)
        outer, size, inner = math.prod(input.shape[:axis]), input.shape[axis], math.prod(input.shape[axis + 1 :])
        program.add("CUMSUM_F32", flags(op), input=input, output=op.outputs[0], outer=outer, size=size, inner=inner)
