"""BAND_MEAN: the mean over a whole picture, from the sums of its bands."""

from struct import unpack_from

from ..check import READ, WRITE, product
from ..fixed import clamp, scale, wrap

_AS_MEAN = 1


def check(check, record):
    _, _, _, input, output, channels, count, _, _, shift, _, act_min, act_max = record
    check.value(count > 0 and act_min <= act_max, count, act_min)
    check.shift(shift)
    check.range(input, product(channels, 4), 4, READ)
    check.range(output, channels, 1, WRITE)


def run(program, record):
    _, flags, _, input, output, channels, count, multiplier, offset, shift, zero_point, act_min, act_max = record
    sums, out = program.at(input), program.at(output)
    for c in range(channels):
        sum = unpack_from("<i", sums, 4 * c)[0]
        if flags & _AS_MEAN:
            mean = wrap(scale(wrap(sum + offset), multiplier, shift) + zero_point)
        else:  # rounded half away from zero
            mean = (sum + count // 2) // count if sum > 0 else -((count // 2 - sum) // count)
        out[c] = clamp(mean, act_min, act_max) & 255
