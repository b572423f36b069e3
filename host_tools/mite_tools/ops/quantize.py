"""QUANTIZE: float32 to 8 or 16 bits, between 8-bit types by a table, and between wider ones."""

import numpy as np

from ..arithmetic import LIMITS, clamp, quantize_multiplier, scale
from ..graph import Op as GraphOp
from ..program import Constant
from .base import Lowering
from .int16 import rescale

FLAGS = {"int8": 0, "uint8": 1, "int16": 2}  # of QUANTIZE and DEQUANTIZE: the type beside float32
# What TFLite Micro requantizes between beside 8 bits.
WIDE_PAIRS = {
    ("int8", "int16"), ("int8", "int32"), ("int16", "int8"), ("int16", "int16"), ("int16", "int32"), ("int32", "int8"), ("int32", "int16"),
}  # fmt: skip


def wider(op: GraphOp) -> str:
    """The larger of the two types."""
    return max((op.inputs[0].dtype, op.outputs[0].dtype), key=lambda dtype: (dtype == "float32", np.dtype(dtype).itemsize))


class Op(Lowering):
    """From float32."""

    KIND = "QUANTIZE"
    TYPES = ("float32",)
    BY_ELEMENT = True

    def main_type(self, op):
        return wider(op)

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if output.dtype not in FLAGS or input.dtype != "float32":
            return f"{input.dtype} to {output.dtype}"
        return None if output.is_quantized else "a tensor has no scale"

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        program.add("QUANTIZE", flags=FLAGS[output.dtype], input=input, output=output, count=input.count, scale=output.scale,
                    zero_point=output.zero_point)  # fmt: skip


class Between(Lowering):
    """Between integers: from bytes to bytes."""

    KIND = "QUANTIZE"
    TYPES = ("int8", "uint8")
    BY_ELEMENT = True

    def main_type(self, op):
        return wider(op)

    def unsupported(self, op):
        return None if op.inputs[0].is_quantized and op.outputs[0].is_quantized else "a tensor has no scale"

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        multiplier, shift = quantize_multiplier(input.scale / output.scale)
        low, high = LIMITS[output.dtype]
        table = bytearray()
        for byte in range(256):
            number = byte - 256 if input.dtype == "int8" and byte > 127 else byte
            answer = scale(number - input.zero_point, multiplier, shift) + output.zero_point
            table.append(clamp(answer, low, high) & 255)
        program.add("TABLE", input=input, output=output, table=Constant(bytes(table), align=1), count=input.count)


class Wide(Between):
    """Between integers of which one at least has more than 8 bits."""

    KIND = "QUANTIZE"
    TYPES = ("int16", "int32")

    def unsupported(self, op):
        pair = (op.inputs[0].dtype, op.outputs[0].dtype)
        return super().unsupported(op) if pair in WIDE_PAIRS else f"{pair[0]} to {pair[1]}"

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        rescale(program, input, output, input.scale / output.scale, LIMITS[output.dtype])
