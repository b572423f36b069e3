"""BAND_DENSE: a band of rows added to the sums of a FULLY_CONNECTED over a whole picture; with the last band, its outputs."""

from array import array
from struct import pack_into, unpack_from

from ..check import READ, WRITE, product
from ..fixed import wrap
from ..loops import dots, gather, scale, store

_LAST = 4


def check(check, record):
    _, flags, _, input, sums, output, filter, channels, depth, outputs, first, row, _, act_min, act_max, _ = record
    last, size = flags & _LAST, product(outputs, 4)
    check.value(depth and outputs, depth, outputs)
    check.value(first <= row and depth <= row - first, first, depth)
    check.value(last or sums == output, sums, output)
    check.bounds(act_min, act_max)
    check.range(input, depth, 1, READ)
    check.range(sums, size, 4, READ)
    check.range(output, outputs if last else size, 1 if last else 4, WRITE)
    check.range(filter, product(row, outputs), 1, READ)
    check.channels(channels, outputs, flags)


def run(program, record):
    _, flags, _, input, sums, output, filter, channels, depth, outputs, first, row, zero_point, act_min, act_max, _ = record
    band, known, out, weights, block = map(program.at, (input, sums, output, filter, channels))
    words, column, window = program.words, bytearray(4 * (depth + 3 & ~3)), array("i", (1, 1, depth, 1, 1, 1, 1, depth, 0))
    gather(column, band, 0, 0, 0, window)
    for o in range(outputs):
        dots(weights, column, depth, words, 1, o * row + first)
        words[0] = wrap(words[0] + unpack_from("<i", known, 4 * o)[0])
        if flags & _LAST:
            scale(1, o, 1, words, block, flags, outputs)
            store(out, words, 1, o, 1, zero_point, act_min, act_max)
        else:
            pack_into("<i", out, 4 * o, words[0])
