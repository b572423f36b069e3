"""FULLY_CONNECTED: matrix times vector."""

from array import array

from ..check import READ, WRITE, product
from ...format import OFFSET_MASK
from ..loops import dots, gather, pairs, scale, store


def check(check, record):
    _, flags, _, input, output, filter, channels, batches, depth, outputs, _, act_min, act_max, _ = record
    check.value(0 < depth <= OFFSET_MASK and outputs, depth, outputs)
    check.bounds(act_min, act_max)
    check.range(input, product(batches, depth), 1, READ)
    check.range(output, product(batches, outputs), 1, WRITE)
    check.range(filter, product(depth + 3 & ~3, outputs), 4, READ)
    check.channels(channels, outputs, flags)


def run(program, record):
    _, flags, _, input, output, filter, channels, batches, depth, outputs, zero_point, act_min, act_max, _ = record
    vectors, out, weights, block = map(program.at, (input, output, filter, channels))
    words, at_once = program.words, len(program.words)
    row = depth + 3 & ~3
    # The vector as the one pixel of a picture. Its record has no scratch memory.
    column, window = bytearray(4 * row), array("i", (1, 1, depth, 1, 1, 1, 1, depth, 0))
    for batch in range(batches):
        gather(column, vectors, batch * depth, 0, 0, window)
        for first in range(0, outputs, at_once):
            count = min(at_once, outputs - first)
            pairs(weights, column, depth, words, count & ~1, first * row)
            if count & 1:  # the last one, without a partner
                dots(weights, column, depth, memoryview(words)[count - 1 :], 1, (first + count - 1) * row)
            scale(count, first, 1, words, block, flags, outputs)
            store(out, words, count, batch * outputs + first, 1, zero_point, act_min, act_max)
