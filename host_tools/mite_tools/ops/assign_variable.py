"""ASSIGN_VARIABLE: a copy into the state."""

from .base import MOVABLE, Lowering
from .movement import move, not_movable
from .variables import key_of, variable


class Op(Lowering):
    KIND = "ASSIGN_VARIABLE"
    TYPES = MOVABLE

    def main_type(self, op):
        return op.inputs[1].dtype

    def unsupported(self, op):
        return not_movable(op.inputs[1])

    def lower(self, op, program):
        input = op.inputs[1]
        target = variable(program, key_of(op.inputs[0], program.scope.ops), input)
        move(program, input, target, lambda x: x.reshape(target.shape))
