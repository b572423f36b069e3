"""GATHER: slices of a tensor by their indices along one axis."""

import math

import numpy as np

from ..graph import Tensor
from ..program import Constant, Place, Program
from .integer import cast, constant, integer, reduce_last
from .movement import Movement, itemsize

INDICES = ("int32", "int64", "int16")


def gather(program: Program, input: Place, indices: Place, output: Place, outer: int, size: int, count: int, inner: int,
           batches: int = 1) -> None:
    """Append a GATHER of `count` of `size` slices of `inner` bytes, `outer` times, in each batch by other indices (int32)."""
    if batches and outer and count and inner:
        program.add("GATHER", input=input, indices=indices, output=output, batches=batches, outer=outer, size=size, count=count, inner=inner)


def constant_indices(values) -> Constant:
    """Indices known to the host."""
    return Constant(np.asarray(values, "<i4").tobytes())


def flat_indices(program: Program, indices: Tensor, shape: tuple[int, ...]) -> Place:
    """The rows [..., len(shape)] of indices of a tensor of this shape as one int32 each, counted from its start."""
    if indices.is_constant:
        rows = indices.data.reshape(-1, len(shape))
        return constant_indices(np.ravel_multi_index(tuple(rows.T), shape) if shape else np.zeros(math.prod(indices.shape[:-1]), int))
    rows = cast(program, indices, "int32")
    if len(shape) == 1:
        return rows
    steps = constant([math.prod(shape[axis + 1 :]) for axis in range(len(shape))], "int32")
    scaled = Tensor("steps", indices.shape, "int32")
    integer(program, "MUL", rows, steps, scaled)
    return reduce_last(program, "SUM", scaled)


class Op(Movement):
    KIND = "GATHER"

    def unusual(self, op):
        return None if op.inputs[1].dtype in INDICES else f"{op.inputs[1].dtype} indices"

    def lower(self, op, program):
        input, indices = op.inputs[:2]
        rank = max(1, len(input.shape))
        axis, several = op.options.get("axis", 0) % rank, op.options.get("batch_dims", 0)
        several += len(indices.shape) if several < 0 else 0
        batches, outer = math.prod(input.shape[:several]), math.prod(input.shape[several:axis])
        inner, count = math.prod(input.shape[axis + 1 :]) * itemsize(input), math.prod(indices.shape[several:])
        if op.outputs[0].count:
            gather(program, input, cast(program, indices, "int32"), op.outputs[0], outer, input.shape[axis], count, inner, batches)
