"""SELECT_V2: of two tensors' elements, the one that a mask says, all three broadcast."""

from .integer import select
from .movement import Movement, not_movable


class Op(Movement):
    KIND = "SELECT_V2"
    DATA = 1

    def unusual(self, op):
        if op.inputs[0].dtype != "bool":
            return f"a condition of {op.inputs[0].dtype}"
        return not_movable(op.inputs[1], op.inputs[2])

    def condition(self, op):
        """The mask, of a shape that is broadcast from its last dimension on."""
        return op.inputs[0]

    def lower(self, op, program):
        select(program, self.condition(op), op.inputs[1], op.inputs[2], op.outputs[0])
