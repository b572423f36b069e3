"""L2_NORMALIZATION: int8, float32 and the first scheme, along the last dimension."""

from . import real
from .base import FIRST_SCHEME, Lowering, not_int8

MOST = (2**31 - 1) // 255**2  # numbers in a row whose squares can be summed
SCALE_FIRST = 1  # flag: as the reference has it for uint8


class Op(Lowering):
    KIND = "L2_NORMALIZATION"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := not_int8(input, output):
            return reason
        if output.scale != 1 / 128 or output.zero_point != 0:
            return f"output scale {output.scale} and zero point {output.zero_point}"
        if op.options.get("fused_activation_function"):
            return "a fused activation"
        return f"more than {MOST} values in a row" if input.shape[-1] > MOST else None

    def lower(self, op, program):
        input, depth = op.inputs[0], op.inputs[0].shape[-1]
        program.add("L2_NORMALIZATION", SCALE_FIRST * (FIRST_SCHEME in op.options), input=input, output=op.outputs[0],
                    rows=input.count // depth, depth=depth, zero_point=input.zero_point)  # fmt: skip


class Float(real.Rows):
    KIND = "L2_NORMALIZATION"

    def unusual(self, op):
        return "a fused activation" if op.options.get("fused_activation_function") else None
