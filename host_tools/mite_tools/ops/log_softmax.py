"""LOG_SOFTMAX: int8, float32 and the first scheme along the last dimension."""

from ..arithmetic import input_radius, quantize_multiplier
from . import real
from .base import FIRST_SCHEME, Lowering, not_int8
from .softmax import INTEGER_BITS


class Op(Lowering):
    KIND = "LOG_SOFTMAX"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := not_int8(input, output):
            return reason
        if output.scale != 1 / 16 or output.zero_point != 127:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        if self.shift(input)[1] < 1:
            return f"an input scale of {input.scale}, too small"
        return "more than 4095 values in a row" if input.shape[-1] > 4095 else None

    def shift(self, input) -> tuple[int, int]:
        """The input's scale as (multiplier, left shift) of a number with INTEGER_BITS."""
        return quantize_multiplier(min(input.scale * (1 << (31 - INTEGER_BITS)), 2**31 - 1.0))

    def lower(self, op, program):
        input = op.inputs[0]
        multiplier, left_shift = self.shift(input)
        reverse_multiplier, reverse_shift = quantize_multiplier((1 << (31 - left_shift)) / multiplier)
        depth = input.shape[-1]
        program.add(
            "LOG_SOFTMAX", input=input, output=op.outputs[0], rows=input.count // depth, depth=depth,
            multiplier=multiplier, left_shift=left_shift, diff_min=-input_radius(INTEGER_BITS, left_shift),
            reverse_multiplier=reverse_multiplier, reverse_shift=reverse_shift,
        )  # fmt: skip


class Float(real.Rows):
    KIND = "LOG_SOFTMAX"
    EXACT = "5e-7"
