"""FILL: one value everywhere."""

from .movement import Movement, fill, move


class Op(Movement):
    KIND = "FILL"
    DATA = 1

    def lower(self, op, program):
        value, output = op.inputs[1], op.outputs[0]
        if value.is_constant:
            fill(program, output, value.data.tobytes())
        else:
            move(program, value, output, lambda x: x.reshape((1,) * len(output.shape)))
