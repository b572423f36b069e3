"""DEPTH_TO_SPACE: each pixel's channels become a block of pixels."""

from .movement import Movement, move


class Op(Movement):
    KIND = "DEPTH_TO_SPACE"

    def lower(self, op, program):
        input, output, n = op.inputs[0], op.outputs[0], op.options["block_size"]
        batches, h, w, channels = input.shape
        move(
            program, input, output,
            lambda x: x.reshape(batches, h, w, n, n, channels // n // n),
            lambda y: y.reshape(batches, h, n, w, n, channels // n // n).transpose(0, 1, 3, 2, 4, 5),
        )  # fmt: skip
