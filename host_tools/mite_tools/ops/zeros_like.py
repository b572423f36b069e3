"""ZEROS_LIKE: the number 0 everywhere, whatever the zero point."""

from .movement import Movement, fill, itemsize


class Op(Movement):
    KIND = "ZEROS_LIKE"

    def lower(self, op, program):
        fill(program, op.outputs[0], bytes(itemsize(op.outputs[0])))
