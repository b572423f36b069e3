"""QUANTIZE: int8, uint8 or int16 from float32. Exact where floats have all their 32 bits, or more: not on an ESP8266, whose have 30."""

from struct import pack, pack_into, unpack, unpack_from

from ..check import READ, WRITE, product
from ..fixed import clamp

_TO_INT16 = 2  # flag; 0 is int8, 1 uint8
_LIMITS = ((-128, 127), (0, 255), (-32768, 32767))
_MOST = 1 << 17


def check(check, record):
    _, flags, _, input, output, count, scale, zero_point = record
    size = 2 if flags == _TO_INT16 else 1
    check.value(scale > 0 and flags <= _TO_INT16, count, flags)
    check.value(-32768 <= zero_point <= 32767, zero_point, 0)
    check.range(input, product(count, 4), 4, READ)
    check.range(output, product(count, size), size, WRITE)


def _nearest(x):
    """Half away from zero. From +-2^17 on everything clamps; what is no number counts as the least."""
    if not -_MOST < x < _MOST:
        return _MOST if x >= _MOST else -_MOST
    x = unpack("<f", pack("<f", x))[0]  # the quotient as a float32, also where Python's own are longer
    whole = int(x)
    rest = x - whole
    return whole + (rest >= 0.5) - (rest <= -0.5)


def run(program, record):
    _, flags, _, input, output, count, scale, zero_point = record
    numbers, out = program.at(input), program.at(output)
    low, high = _LIMITS[flags]
    for i in range(count):
        number = clamp(_nearest(unpack_from("<f", numbers, 4 * i)[0] / scale) + zero_point, low, high)
        if flags == _TO_INT16:
            pack_into("<h", out, 2 * i, number)
        else:
            out[i] = number & 255
