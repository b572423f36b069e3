"""PADV2: PAD with a value of the model's own."""

from . import pad
from .movement import fill, move, not_movable


class Op(pad.Op):
    KIND = "PADV2"

    def unusual(self, op):
        return super().unusual(op) or not_movable(op.inputs[0], op.inputs[2])

    def surround(self, op, program):
        value, output = op.inputs[2], op.outputs[0]
        if value.is_constant:
            fill(program, output, value.data.reshape(-1)[:1].tobytes())
        else:
            move(program, value, output, lambda x: x.reshape((1,) * len(output.shape)))
