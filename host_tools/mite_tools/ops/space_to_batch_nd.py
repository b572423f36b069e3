"""SPACE_TO_BATCH_ND: every n-th pixel goes to a batch of its own, after padding with what stands for zero."""

from itertools import product

from .movement import Movement, fill, move, numbers, zero_bytes


class Op(Movement):
    KIND = "SPACE_TO_BATCH_ND"
    CONSTANTS = {1: "block shape", 2: "paddings"}

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        blocks, padding = numbers(op.inputs[1]), op.inputs[2].data.tolist()
        rank, batches = len(blocks), input.shape[0]
        if any(amount for pair in padding for amount in pair):
            fill(program, output, zero_bytes(output))
        for place in product(*map(range, blocks)):
            # The pixels of the padded picture at `place` of each block that are not padding.
            first = [-((p - before) // n) if before > p else 0 for p, n, (before, _) in zip(place, blocks, padding)]
            source, target = [], []
            for axis in range(rank):
                start = first[axis] * blocks[axis] + place[axis] - padding[axis][0]
                count = len(range(start, input.shape[1 + axis], blocks[axis]))
                source.append(slice(start, None, blocks[axis]) if count else slice(0, 0))
                target.append(slice(first[axis], first[axis] + count))
            number = 0
            for p, n in zip(place, blocks):
                number = number * n + p
            move(program, input, output, lambda x: x[(slice(None), *source)],
                 lambda y: y[(slice(number * batches, (number + 1) * batches), *target)])  # fmt: skip
