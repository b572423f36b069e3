"""PAD: any type of 1, 2 or 4 bytes: fill, then copy the middle."""

import numpy as np

from ..program import Part
from .base import MOVABLE, Lowering, constant_input
from .strided import copy, strides_of


class Op(Lowering):
    KIND = "PAD"
    TYPES = MOVABLE

    def unsupported(self, op):
        if reason := constant_input(op, 1):
            return reason
        if np.dtype(op.inputs[0].dtype).itemsize not in (1, 2, 4):
            return f"{op.inputs[0].dtype} tensors"
        return "negative padding" if op.inputs[1].data.min(initial=0) < 0 else None

    def value(self, op) -> bytes:
        """The bytes of one padding element: what stands for zero."""
        output = op.outputs[0]
        zero = output.zero_point if output.is_quantized else 0
        return np.array(zero).astype(np.dtype(output.dtype)).tobytes()

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        size = np.dtype(output.dtype).itemsize
        strides = strides_of(output.shape, size)
        before = op.inputs[1].data[:, 0]
        value = int.from_bytes(self.value(op), "little")
        program.add("FILL", output=output, count=output.count, value=value, size=size)
        start = int(sum(b * s for b, s in zip(before, strides)))
        copy(program, input, Part(output, start), input.shape, strides_of(input.shape, size), strides, size)
