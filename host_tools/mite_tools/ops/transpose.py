"""TRANSPOSE: any type, any order of dimensions."""

import numpy as np

from .base import MOVABLE, Lowering, constant_input
from .strided import copy, strides_of


class Op(Lowering):
    KIND = "TRANSPOSE"
    TYPES = MOVABLE

    def unsupported(self, op):
        return constant_input(op, 1, "order")

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        size = np.dtype(input.dtype).itemsize
        strides = strides_of(input.shape, size)
        order = [int(axis) for axis in op.inputs[1].data.reshape(-1)]
        copy(program, input, output, output.shape, [strides[axis] for axis in order], strides_of(output.shape, size), size)
