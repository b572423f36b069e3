"""QUANTIZE: int8 or uint8 from float32. Exact where floats have all their 32 bits, or more: not on an ESP8266, whose have 30."""

from struct import pack, unpack, unpack_from

from ..check import READ, WRITE, product
from ..fixed import clamp

_TO_UINT8 = 1


def check(check, record):
    _, _, _, input, output, count, scale, zero_point = record
    check.value(scale > 0, count, 0)
    check.value(-128 <= zero_point <= 255, zero_point, 0)
    check.range(input, product(count, 4), 4, READ)
    check.range(output, count, 1, WRITE)


def _nearest(x):
    """Half away from zero. From +-1000 on everything clamps; what is no number counts as the least."""
    if not -1000 < x < 1000:
        return 1000 if x >= 1000 else -1000
    x = unpack("<f", pack("<f", x))[0]  # the quotient as a float32, also where Python's own are longer
    whole = int(x)
    rest = x - whole
    return whole + (rest >= 0.5) - (rest <= -0.5)


def run(program, record):
    _, flags, _, input, output, count, scale, zero_point = record
    numbers, out = program.at(input), program.at(output)
    low, high = (0, 255) if flags & _TO_UINT8 else (-128, 127)
    for i in range(count):
        out[i] = clamp(_nearest(unpack_from("<f", numbers, 4 * i)[0] / scale) + zero_point, low, high) & 255
