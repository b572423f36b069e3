"""REVERSE_V2: backwards along some dimensions."""

import numpy as np

from .movement import Movement, move, numbers


class Op(Movement):
    KIND = "REVERSE_V2"
    CONSTANTS = {1: "axes"}

    def lower(self, op, program):
        move(program, op.inputs[0], op.outputs[0], lambda x: np.flip(x, numbers(op.inputs[1])))
