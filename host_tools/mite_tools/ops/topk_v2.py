"""TOPK_V2: the largest numbers of each row and their indices: the indices are found, and the numbers gathered by them."""

import math

from ..graph import Tensor
from ..program import Program
from .gather import gather
from .integer import dtype_of
from .movement import Movement, itemsize, not_movable


class Op(Movement):
    KIND = "TOPK_V2"
    CONSTANTS = {1: "k"}

    def unsupported(self, op):
        if reason := self.not_constant(op) or not_movable(op.inputs[0], op.outputs[0]):
            return reason
        return None if op.outputs[1].dtype in ("int32", "int16") else f"{op.outputs[1].dtype} indices"

    def lower(self, op, program):
        input, (values, indices) = op.inputs[0], op.outputs
        depth, k = input.shape[-1], indices.shape[-1]
        rows = math.prod(input.shape[:-1])
        if not rows * k:
            return
        found = indices if indices.dtype == "int32" else Tensor("indices", indices.shape, "int32")
        program.add("TOPK", input=input, output=found, rows=rows, depth=depth, k=k, dtype=dtype_of(input))
        if found is not indices:
            program.add("CAST", input=found, output=indices, count=found.count, dtype=dtype_of(found), output_dtype=dtype_of(indices))
        gather(program, input, found, values, 1, depth, k, itemsize(input), batches=rows)
