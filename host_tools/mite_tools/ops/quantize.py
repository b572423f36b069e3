"""QUANTIZE: float32 to 8 bits, and between 8-bit types by a table."""

from ..arithmetic import LIMITS, clamp, quantize_multiplier, scale
from ..program import Constant
from .base import Lowering

UINT8 = 1  # flag of QUANTIZE and DEQUANTIZE


class Op(Lowering):
    KIND = "QUANTIZE"
    TYPES = ("float32", "int8", "uint8")

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if output.dtype not in ("int8", "uint8") or input.dtype not in ("float32", "int8", "uint8"):
            return f"{input.dtype} to {output.dtype}"
        if not output.is_quantized or (input.dtype != "float32" and not input.is_quantized):
            return "a tensor has no scale"
        return None

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        if input.dtype == "float32":
            program.add("QUANTIZE", flags=UINT8 * (output.dtype == "uint8"), input=input, output=output, count=input.count,
                        scale=output.scale, zero_point=output.zero_point)  # fmt: skip
            return
        multiplier, shift = quantize_multiplier(input.scale / output.scale)
        low, high = LIMITS[output.dtype]
        table = bytearray()
        for byte in range(256):
            number = byte - 256 if input.dtype == "int8" and byte > 127 else byte
            answer = scale(number - input.zero_point, multiplier, shift) + output.zero_point
            table.append(clamp(answer, low, high) & 255)
        program.add("TABLE", input=input, output=output, table=Constant(bytes(table), align=1), count=input.count)
