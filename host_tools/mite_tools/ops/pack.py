"""PACK: tensors side by side along a new dimension."""

import numpy as np

from .movement import Movement, move, not_movable


class Op(Movement):
    KIND = "PACK"

    def unusual(self, op):
        return not_movable(*op.inputs)

    def lower(self, op, program):
        axis = op.options.get("axis", 0)
        for number, input in enumerate(op.inputs):
            move(program, input, op.outputs[0], target=lambda y: np.moveaxis(y, axis, 0)[number, ...])
