"""MEAN: int8, over any axes."""

import math

from ..arithmetic import quantize_multiplier
from .base import Lowering, constant_input, not_int8
from .strided import merge, pad_left, strides_of


class Op(Lowering):
    KIND = "MEAN"

    def unsupported(self, op):
        if reason := not_int8(op.inputs[0], op.outputs[0]) or constant_input(op, 1):
            return reason
        (kept, _), (reduced, _) = self.views(op)
        return "axes that alternate too often" if max(len(kept), len(reduced)) > 3 else None

    def views(self, op):
        """(dims, [strides]) of the dimensions that stay, and of those summed over."""
        shape = op.inputs[0].shape
        strides = strides_of(shape)
        axes = {int(a) % len(shape) for a in op.inputs[1].data.reshape(-1)} if shape else set()
        split = [[], []]
        for axis, (size, stride) in enumerate(zip(shape, strides)):
            split[axis in axes].append((size, stride))
        return [merge([size for size, _ in part], [stride for _, stride in part]) for part in split]

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        (kept, (kept_strides,)), (reduced, (reduced_strides,)) = self.views(op)
        count = math.prod(reduced)
        # 1 / count goes into the multiplier: as many bits as the quotient loses are put in front first.
        multiplier, shift = quantize_multiplier(input.scale / output.scale)
        bits = min(count.bit_length() - 1, 32, 31 + shift)
        program.add(
            "MEAN",
            input=input, output=output,
            multiplier=(multiplier << bits) // count, shift=shift - bits,
            offset=-count * input.zero_point, output_zero_point=output.zero_point,
            kept=pad_left(kept, 3, 1), kept_strides=pad_left(kept_strides, 3, 0),
            reduced=pad_left(reduced, 3, 1), reduced_strides=pad_left(reduced_strides, 3, 0),
        )  # fmt: skip
