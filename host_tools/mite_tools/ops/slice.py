"""SLICE: a box out of a tensor, at an index that may be computed."""

from .integer import WHOLE
from .movement import Movement, itemsize, move, numbers
from .window import MOST, window


class Op(Movement):
    KIND = "SLICE"
    CONSTANTS = {2: "size"}

    def unusual(self, op):
        begin = op.inputs[1]
        if begin.is_constant:
            return None
        if begin.dtype not in WHOLE or len(op.inputs[0].shape) > MOST:
            return f"a computed begin of {begin.dtype} in {len(op.inputs[0].shape)} dimensions"
        return None

    def lower(self, op, program):
        input, begin, output = *op.inputs[:2], op.outputs[0]
        if begin.is_constant:
            box = tuple(slice(b, b + size) for b, size in zip(numbers(begin), output.shape))
            move(program, input, output, lambda x: x[box])
        elif output.count:
            window(program, "READ", input, begin, output, input.shape, output.shape, itemsize(output))
