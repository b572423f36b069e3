"""CAST: the same numbers in another type."""

from .base import MOVABLE, Lowering
from .integer import dtype_of


class Op(Lowering):
    KIND = "CAST"
    TYPES = MOVABLE

    def unsupported(self, op):
        for tensor in (op.inputs[0], op.outputs[0]):
            if tensor.dtype not in MOVABLE:
                return f"{tensor.dtype} tensors"
        return None

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        if output.count:
            program.add("CAST", input=input, output=output, count=output.count, dtype=dtype_of(input), output_dtype=dtype_of(output))
