"""SPLIT: equal pieces along one dimension."""

from .movement import Movement, move, numbers


class Op(Movement):
    KIND = "SPLIT"
    DATA = 1
    CONSTANTS = {0: "axis"}

    def axis(self, op) -> int:
        """Along which dimension, from the front."""
        return numbers(op.inputs[0])[0] % len(op.inputs[self.DATA].shape)

    def lower(self, op, program):
        axis, at = self.axis(op), 0
        for output in op.outputs:
            piece = (slice(None),) * axis + (slice(at, at + output.shape[axis]),)
            move(program, op.inputs[self.DATA], output, lambda x: x[piece])
            at += output.shape[axis]
