"""PAD: any type: fill, then copy the middle."""

from ..graph import Op as GraphOp
from ..program import Program
from .movement import Movement, fill, move, zero_bytes


class Op(Movement):
    KIND = "PAD"
    CONSTANTS = {1: "paddings"}

    def unusual(self, op):
        return "negative padding" if op.inputs[1].data.min(initial=0) < 0 else None

    def surround(self, op: GraphOp, program: Program) -> None:
        """Append what writes the padding everywhere."""
        fill(program, op.outputs[0], zero_bytes(op.outputs[0]))

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        self.surround(op, program)
        middle = tuple(slice(before, before + size) for (before, _), size in zip(op.inputs[1].data.reshape(-1, 2).tolist(), input.shape))
        move(program, input, output, target=lambda y: y[(*middle, ...)])
