"""BROADCAST_TO: a tensor repeated to a larger shape."""

from .movement import Movement, move


class Op(Movement):
    KIND = "BROADCAST_TO"

    def lower(self, op, program):
        move(program, op.inputs[0], op.outputs[0])
