"""GATHER: slices of a tensor by their indices along one axis."""

import math

import numpy as np

from ..graph import Tensor
from ..program import Constant, Place, Program
from .movement import Movement, itemsize


def gather(program: Program, input: Place, indices: Place, output: Place, outer: int, size: int, count: int, inner: int) -> None:
    """Append a GATHER of `count` of `size` slices of `inner` bytes, `outer` times."""
    if outer and count and inner:
        program.add("GATHER", input=input, indices=indices, output=output, outer=outer, size=size, count=count, inner=inner)


def constant_indices(values) -> Constant:
    """Indices known to the host."""
    return Constant(np.asarray(values, "<i4").tobytes())


class Op(Movement):
    KIND = "GATHER"

    def unusual(self, op):
        if op.options.get("batch_dims"):
            return "batch dimensions"
        return None if op.inputs[1].dtype == "int32" else f"{op.inputs[1].dtype} indices"

    def lower(self, op, program):
        input, indices = op.inputs[:2]
        axis = op.options.get("axis", 0) % max(1, len(input.shape))
        outer, inner = math.prod(input.shape[:axis]), math.prod(input.shape[axis + 1 :]) * itemsize(input)
        gather(program, input, indices, op.outputs[0], outer, input.shape[axis], indices.count, inner)
