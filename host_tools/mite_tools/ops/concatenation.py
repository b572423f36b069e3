"""CONCATENATION: any type, any axis: a copy for each input."""

import numpy as np

from ..program import Part
from .base import MOVABLE, Lowering
from .strided import copy, strides_of


class Op(Lowering):
    KIND = "CONCATENATION"
    TYPES = MOVABLE

    def unsupported(self, op):
        if op.options["fused_activation_function"]:
            return "a fused activation"
        output = op.outputs[0]
        for t in op.inputs:
            if t.dtype != output.dtype:
                return f"{t.dtype} and {output.dtype} together"
            # The reference copies bytes whatever the scales say; a model where that changes meaning is not one it can run.
            if t.is_quantized and (t.scale, t.zero_point) != (output.scale, output.zero_point):
                return "inputs with other scales than the output"
        return None

    def lower(self, op, program):
        output = op.outputs[0]
        size = np.dtype(output.dtype).itemsize
        strides = strides_of(output.shape, size)
        axis = op.options["axis"] % len(output.shape)
        place = 0
        for t in op.inputs:
            copy(program, t, Part(output, place * strides[axis]), t.shape, strides_of(t.shape, size), strides, size)
            place += t.shape[axis]
