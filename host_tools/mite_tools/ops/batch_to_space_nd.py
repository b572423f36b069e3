"""BATCH_TO_SPACE_ND: the pixels of several batches go between each other, then the edges are cropped."""

from itertools import product

from .movement import Movement, move, numbers


class Op(Movement):
    KIND = "BATCH_TO_SPACE_ND"
    CONSTANTS = {1: "block shape", 2: "crops"}

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        blocks, crops = numbers(op.inputs[1]), op.inputs[2].data.tolist()
        batches = output.shape[0]
        for place in product(*map(range, blocks)):
            source, target, number = [], [], 0
            for axis, (p, n, (before, _)) in enumerate(zip(place, blocks, crops)):
                number = number * n + p
                first = -((p - before) // n) if before > p else 0  # the first pixel that is not cropped
                start = first * n + p - before
                count = min(len(range(start, output.shape[1 + axis], n)), max(0, input.shape[1 + axis] - first))
                source.append(slice(first, first + count))
                target.append(slice(start, start + (count - 1) * n + 1, n) if count else slice(0, 0))
            move(program, input, output, lambda x: x[(slice(number * batches, (number + 1) * batches), *source)],
                 lambda y: y[(slice(None), *target)])  # fmt: skip
