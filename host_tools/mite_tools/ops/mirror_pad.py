"""MIRROR_PAD: the edges mirrored outwards, with the outermost row (SYMMETRIC) or without it (REFLECT)."""

from itertools import product

from .movement import Movement, move

REFLECT = 0


class Op(Movement):
    KIND = "MIRROR_PAD"
    CONSTANTS = {1: "paddings"}

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        skip = 1 if op.options.get("mode", REFLECT) == REFLECT else 0
        pieces = []  # for each dimension: (where in the output, what of the input)
        for size, (before, after) in zip(input.shape, op.inputs[1].data.tolist()):
            end = size - skip  # mirrored rows end before it
            options = [(slice(before, before + size), slice(None))]
            if before:
                options.append((slice(0, before), slice(before - 1 + skip, None if skip == 0 else skip - 1, -1)))
            if after:
                options.append((slice(before + size, None), slice(end - 1, end - 1 - after if end > after else None, -1)))
            pieces.append(options)
        for choice in product(*pieces):
            move(program, input, output, lambda x: x[tuple(c[1] for c in choice)], lambda y: y[tuple(c[0] for c in choice)])
