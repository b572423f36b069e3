"""DYNAMIC_UPDATE_SLICE: a box of a tensor replaced, at an index that may be computed."""

from .integer import WHOLE
from .movement import Movement, itemsize, move, not_movable
from .window import MOST, window


class Op(Movement):
    KIND = "DYNAMIC_UPDATE_SLICE"

    def unusual(self, op):
        if op.inputs[2].dtype not in WHOLE:
            return f"an index of {op.inputs[2].dtype}"
        return not_movable(op.inputs[0], op.inputs[1]) or (f"{len(op.inputs[0].shape)} dimensions" if len(op.inputs[0].shape) > MOST else None)

    def lower(self, op, program):
        operand, update, begin = op.inputs
        output = op.outputs[0]
        move(program, operand, output)
        if not update.count:
            return
        if begin.is_constant:
            at = [min(max(0, int(b)), n - size) for b, n, size in zip(begin.data.reshape(-1), operand.shape, update.shape)]
            box = tuple(slice(b, b + size) for b, size in zip(at, update.shape))
            move(program, update, output, target=lambda y: y[box] if box else y)
        else:
            window(program, "WRITE", update, begin, output, operand.shape, update.shape, itemsize(output))
