"""STRIDED_SLICE: x[begin:end:stride, ...] with the masks that stand for absent numbers, `...`, new and dropped dimensions."""

from ..graph import Op as GraphOp
from .movement import Movement, move, numbers


def index_of(op: GraphOp) -> tuple:
    """NumPy's index of the same slice."""
    found = []
    for i, (begin, end, stride) in enumerate(zip(*(numbers(t) for t in op.inputs[1:4]))):
        def masked(name: str) -> bool:
            return bool(op.options.get(name, 0) >> i & 1)

        if masked("ellipsis_mask"):
            found.append(...)
        elif masked("new_axis_mask"):
            found.append(None)
        elif masked("shrink_axis_mask"):
            # As the reference reads it: an absent begin is the first one.
            found.append(0 if masked("begin_mask") else begin)
        else:
            end = begin + end if op.options.get("offset") else end
            found.append(slice(None if masked("begin_mask") else begin, None if masked("end_mask") else end, stride))
    return tuple(found)


class Op(Movement):
    KIND = "STRIDED_SLICE"
    CONSTANTS = {1: "begin", 2: "end", 3: "strides"}

    def lower(self, op, program):
        output, index = op.outputs[0], index_of(op)
        # [...] at the end keeps a single element a view.
        move(program, op.inputs[0], output, lambda x: x[(*index, ...) if ... not in index else index].reshape(output.shape))
