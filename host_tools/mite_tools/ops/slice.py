"""SLICE: a box out of a tensor."""

from .movement import Movement, move, numbers


class Op(Movement):
    KIND = "SLICE"
    CONSTANTS = (1, 2)

    def lower(self, op, program):
        box = tuple(slice(b, b + size) for b, size in zip(numbers(op.inputs[1]), op.outputs[0].shape))
        move(program, op.inputs[0], op.outputs[0], lambda x: x[box])
