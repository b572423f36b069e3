"""GATHER: slices by their numbers. One that is out of range counts as the nearest that is not."""

from struct import unpack_from

from ... import format
from ..check import READ, WRITE, product
from ..fixed import clamp


def check(check, record):
    _, _, _, input, indices, output, batches, outer, size, count, inner = record
    outer = product(batches, outer)
    check.value(0 < size <= format.OFFSET_MASK and inner, size, inner)
    check.value(outer and count, outer, count)
    check.range(input, product(outer, size, inner), 1, READ)
    check.range(indices, product(product(batches, count), 4), 4, READ)
    check.range(output, product(outer, count, inner), 1, WRITE)


def run(program, record):
    _, _, _, input, indices, output, batches, outer, size, count, inner = record
    source, numbers, out = program.at(input), program.at(indices), program.at(output)
    to = 0
    for batch in range(batches):
        for slab in range(batch * outer, (batch + 1) * outer):
            for i in range(count):
                index = clamp(unpack_from("<i", numbers, 4 * (batch * count + i))[0], 0, size - 1)
                at = (slab * size + index) * inner
                out[to : to + inner] = source[at : at + inner]
                to += inner
