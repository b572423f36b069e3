"""BROADCAST_ARGS: the shape that two shapes are broadcast to."""

from ..graph import Tensor
from .integer import WHOLE, Integer, constant, integer, select
from .movement import fill, move


class Whole(Integer):
    KIND = "BROADCAST_ARGS"
    TYPES = WHOLE

    def lower(self, op, program):
        output = op.outputs[0]
        a, b = (self.aligned(shape, output, program) for shape in op.inputs)
        one = Tensor("is one", output.shape, "bool")
        integer(program, "EQUAL", b, constant(1, b.dtype), one)
        select(program, one, a, b, output)

    def aligned(self, shape, output, program):
        """The shape with ones in front, as long as the output."""
        if shape.count == output.count:
            return shape
        made = Tensor("aligned", output.shape, output.dtype)
        fill(program, made, constant(1, output.dtype).data.tobytes())
        if shape.count:
            move(program, shape, made, target=lambda y: y[output.count - shape.count :])
        return made
