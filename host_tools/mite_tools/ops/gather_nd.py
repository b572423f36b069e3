"""GATHER_ND: slices by their indices along the first axes; the indices are the model's own constants."""

import math

import numpy as np

from .gather import constant_indices, gather
from .movement import Movement, itemsize


class Op(Movement):
    KIND = "GATHER_ND"
    CONSTANTS = (1,)

    def lower(self, op, program):
        input, indices = op.inputs
        axes = indices.shape[-1]
        rows = indices.data.reshape(-1, axes)
        flat = np.ravel_multi_index(tuple(rows.T), input.shape[:axes]) if axes else np.zeros(len(rows), int)
        inner = math.prod(input.shape[axes:]) * itemsize(input)
        gather(program, input, constant_indices(flat), op.outputs[0], 1, math.prod(input.shape[:axes]), len(rows), inner)
