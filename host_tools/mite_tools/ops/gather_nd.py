"""GATHER_ND: slices by their indices along the first axes."""

import math

from .gather import INDICES, flat_indices, gather
from .movement import Movement, itemsize


class Op(Movement):
    KIND = "GATHER_ND"

    def unusual(self, op):
        return None if op.inputs[1].dtype in INDICES else f"{op.inputs[1].dtype} indices"

    def lower(self, op, program):
        input, indices = op.inputs
        axes = indices.shape[-1]
        inner = math.prod(input.shape[axes:]) * itemsize(input)
        if op.outputs[0].count:
            gather(program, input, flat_indices(program, indices, input.shape[:axes]), op.outputs[0], 1, math.prod(input.shape[:axes]),
                   math.prod(indices.shape[:-1]), inner)  # fmt: skip
