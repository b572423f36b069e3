"""BAND_SUM: a band of rows added to the sums of a mean over a whole picture."""

from struct import pack_into, unpack_from

from ..check import READ, WRITE, product
from ..fixed import wrap
from ..loops import total


def check(check, record):
    _, _, _, input, sums, output, pixels, channels = record
    check.value(sums == output, sums, output)
    check.value(channels != 0, pixels, channels)
    check.range(input, product(pixels, channels), 1, READ)
    check.range(output, product(channels, 4), 4, WRITE)


def run(program, record):
    _, _, _, input, _, output, pixels, channels = record
    numbers, sums = program.at(input), program.at(output)
    for c in range(channels):
        sum = unpack_from("<i", sums, 4 * c)[0]
        pack_into("<i", sums, 4 * c, wrap(sum + total(numbers, c, pixels, channels)))
