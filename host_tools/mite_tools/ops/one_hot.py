"""ONE_HOT: for each index a row that has one value there, and another elsewhere."""

import numpy as np

from ..graph import Tensor
from .integer import WHOLE, constant, integer, select
from .movement import Movement, not_movable


class Op(Movement):
    KIND = "ONE_HOT"
    DATA = 2

    def unusual(self, op):
        if op.inputs[0].dtype not in WHOLE:
            return f"{op.inputs[0].dtype} indices"
        return not_movable(op.inputs[2], op.inputs[3])

    def lower(self, op, program):
        indices, _, on, off = op.inputs
        output = op.outputs[0]
        axis = op.options.get("axis", -1)
        axis = axis if axis >= 0 else len(indices.shape)
        depth = output.shape[axis]
        before, after = indices.shape[:axis], indices.shape[axis:]
        column = np.arange(depth).reshape(depth, *(1,) * len(after))
        hit = Tensor("hit", output.shape, "bool")
        shown = Tensor("indices", (*before, 1, *after), indices.dtype, None, indices.data, view_of=indices)
        if indices.is_constant:
            shown = constant(indices.data.reshape(shown.shape), indices.dtype)
        integer(program, "EQUAL", shown, constant(column, indices.dtype), hit)
        select(program, hit, on, off, output)
