"""UNPACK: the slices of a tensor along one dimension, each a tensor of its own."""

import numpy as np

from .movement import Movement, move


class Op(Movement):
    KIND = "UNPACK"

    def lower(self, op, program):
        axis = op.options.get("axis", 0)
        for number, output in enumerate(op.outputs):
            move(program, op.inputs[0], output, lambda x: np.moveaxis(x, axis, 0)[number, ...])
