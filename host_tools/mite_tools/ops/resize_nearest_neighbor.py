"""RESIZE_NEAREST_NEIGHBOR: any type; whole multiples as a copy, other sizes by rows, then by columns."""

from ..graph import Tensor
from .gather import constant_indices, gather
from .movement import Movement, itemsize, move
from .resize import nearest


class Op(Movement):
    KIND = "RESIZE_NEAREST_NEIGHBOR"
    CONSTANTS = {1: "size"}

    def lower(self, op, program):
        input, output, o = op.inputs[0], op.outputs[0], op.options
        batches, in_h, in_w, channels = input.shape
        _, out_h, out_w, _ = output.shape
        rows, columns = (
            nearest(size, out, o.get("align_corners", False), o.get("half_pixel_centers", False))
            for size, out in ((in_h, out_h), (in_w, out_w))
        )
        times_h, times_w = out_h // in_h, out_w // in_w
        if rows == [i // max(1, times_h) for i in range(in_h * times_h)] and columns == [i // max(1, times_w) for i in range(in_w * times_w)]:
            move(program, input, output, lambda x: x.reshape(batches, in_h, 1, in_w, 1, channels),
                 lambda y: y.reshape(batches, in_h, times_h, in_w, times_w, channels))  # fmt: skip
            return
        pixel = channels * itemsize(input)
        half = Tensor(f"{output.name} rows", (batches, out_h, in_w, channels), input.dtype)
        gather(program, input, constant_indices(rows), half, batches, in_h, out_h, in_w * pixel)
        gather(program, half, constant_indices(columns), output, batches * out_h, in_w, out_w, pixel)
