"""SPACE_TO_DEPTH: each block of pixels becomes one pixel with the channels of all."""

from .movement import Movement, move


class Op(Movement):
    KIND = "SPACE_TO_DEPTH"

    def lower(self, op, program):
        input, output, n = op.inputs[0], op.outputs[0], op.options["block_size"]
        batches, h, w, channels = output.shape
        move(
            program, input, output,
            lambda x: x.reshape(batches, h, n, w, n, channels // n // n).transpose(0, 1, 3, 2, 4, 5),
            lambda y: y.reshape(batches, h, w, n, n, channels // n // n),
        )  # fmt: skip
