"""READ_VARIABLE: the variable's own bytes, or a copy where it changes while they are still wanted."""

from .base import MOVABLE, Lowering
from .movement import move, not_movable
from .variables import key_of, outlived, variable


class Op(Lowering):
    KIND = "READ_VARIABLE"
    TYPES = MOVABLE

    def main_type(self, op):
        return op.outputs[0].dtype

    def unsupported(self, op):
        return not_movable(op.outputs[0])

    def lower(self, op, program):
        output = op.outputs[0]
        value = variable(program, key_of(op.inputs[0], program.scope.ops), output)
        if outlived(op, program):
            move(program, value, output, lambda x: x.reshape(output.shape))
        else:
            output.view_of = value
