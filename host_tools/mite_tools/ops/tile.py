"""TILE: a tensor repeated along its dimensions."""

from .movement import Movement, move, numbers


class Op(Movement):
    KIND = "TILE"
    CONSTANTS = {1: "multiples"}

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        shape = [n for pair in zip(numbers(op.inputs[1]), input.shape) for n in pair]  # repeats, size, repeats, size, ...
        once = [n for size in input.shape for n in (1, size)]
        move(program, input, output, lambda x: x.reshape(once), lambda y: y.reshape(shape))
