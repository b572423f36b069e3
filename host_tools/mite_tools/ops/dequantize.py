"""DEQUANTIZE: 8 or 16 bits to float32."""

from .base import Lowering
from .known import Known
from .quantize import FLAGS


class Op(Lowering):
    KIND = "DEQUANTIZE"
    TYPES = tuple(FLAGS)
    BY_ELEMENT = True

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if input.dtype not in FLAGS or output.dtype != "float32" or not input.is_quantized:
            return f"{input.dtype} to {output.dtype}"
        return None

    def lower(self, op, program):
        input = op.inputs[0]
        program.add("DEQUANTIZE", flags=FLAGS[input.dtype], input=input, output=op.outputs[0], count=input.count, scale=input.scale,
                    zero_point=input.zero_point)  # fmt: skip


class Half(Known):
    """float16 to float32: of constants, which is how files keep float16 weights."""

    KIND = "DEQUANTIZE"
    TYPES = ("float16",)

    def why(self):
        return "float16 that is not constant"

    def value(self, op):
        return op.inputs[0].data.astype(op.outputs[0].dtype)
