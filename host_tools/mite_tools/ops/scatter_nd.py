"""SCATTER_ND: zeros with slices added to them where the indices say."""

import math

from .gather import flat_indices
from .integer import dtype_of
from .movement import Movement

TYPES = ("int8", "uint8", "int32", "int64", "float32", "bool")


class Op(Movement):
    KIND = "SCATTER_ND"
    TYPES = TYPES
    DATA = 1

    def unusual(self, op):
        if op.inputs[0].dtype not in ("int32", "int64"):
            return f"{op.inputs[0].dtype} indices"
        return None if op.inputs[1].dtype in TYPES else f"{op.inputs[1].dtype} tensors"

    def lower(self, op, program):
        indices, updates, output = *op.inputs[:2], op.outputs[0]
        axes = indices.shape[-1]
        count, inner = math.prod(indices.shape[:-1]), math.prod(output.shape[axes:])
        if count and output.count:
            program.add("SCATTER", indices=flat_indices(program, indices, output.shape[:axes]), updates=updates, output=output,
                        count=count, size=math.prod(output.shape[:axes]), inner=inner, dtype=dtype_of(updates))  # fmt: skip
