"""SOFTMAX: int8 along the last dimension."""

from ..arithmetic import input_radius, quantize_multiplier
from .base import FIRST_SCHEME, Lowering, not_int8

INTEGER_BITS = 5  # of the exponent's argument


class Op(Lowering):
    KIND = "SOFTMAX"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := not_int8(input, output):
            return reason
        if output.scale != 1 / 256 or output.zero_point != -128:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        return "more than 4095 values in a row" if input.shape[-1] > 4095 else None

    def lower(self, op, program):
        input = op.inputs[0]
        real = min(op.options["beta"] * input.scale * (1 << (31 - INTEGER_BITS)), 2**31 - 1.0)
        multiplier, left_shift = quantize_multiplier(real)
        depth = input.shape[-1]
        program.add(
            "SOFTMAX",
            input=input,
            output=op.outputs[0],
            rows=input.count // depth,
            depth=depth,
            multiplier=multiplier,
            left_shift=left_shift,
            diff_min=-input_radius(INTEGER_BITS, left_shift),
        )
