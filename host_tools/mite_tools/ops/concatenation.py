"""CONCATENATION: any type, any axis: a copy for each input. In the first scheme the inputs may have scales of their own."""

import numpy as np

from ..arithmetic import clamp, round_away
from ..graph import Tensor
from ..program import Part, Program
from .base import FIRST_SCHEME, MOVABLE, Lowering
from .strided import copy, strides_of
from .unary import int8_table


class Op(Lowering):
    KIND = "CONCATENATION"
    TYPES = (*MOVABLE, FIRST_SCHEME)

    def unsupported(self, op):
        if op.options["fused_activation_function"]:
            return "a fused activation"
        output = op.outputs[0]
        for t in op.inputs:
            if t.dtype != output.dtype:
                return f"{t.dtype} and {output.dtype} together"
            # The reference copies bytes whatever the scales say; a model where that changes meaning is not one it can run.
            if FIRST_SCHEME not in op.options and t.is_quantized and (t.scale, t.zero_point) != (output.scale, output.zero_point):
                return "inputs with other scales than the output"
        return None

    def lower(self, op, program):
        output = op.outputs[0]
        size = np.dtype(output.dtype).itemsize
        strides = strides_of(output.shape, size)
        axis = op.options["axis"] % len(output.shape)
        place = 0
        for t in op.inputs:
            if FIRST_SCHEME in op.options and (t.scale, t.zero_point) != (output.scale, output.zero_point):
                t = _rescaled(program, t, output)
            copy(program, t, Part(output, place * strides[axis]), t.shape, strides_of(t.shape, size), strides, size)
            place += t.shape[axis]


def _rescaled(program: Program, input: Tensor, output: Tensor) -> Tensor:
    """The input with the output's scale: in single precision, as the reference has it for uint8, of its numbers and not of the real ones."""
    single = np.float32
    scale = single(input.scale) * (single(1) / single(output.scale))
    bias = single(-(input.zero_point + 128)) * scale

    def answer(number: int) -> int:
        return clamp(round_away(float(single(number + 128) * scale + bias)) + output.zero_point, -128, 127)

    there = Tensor(f"{input.name} rescaled", input.shape, "int8")
    program.add("TABLE", input=input, output=there, table=int8_table(answer), count=input.count)
    return there
