"""DEQUANTIZE: float32 from int8, uint8 or int16."""

from struct import pack_into, unpack_from

from ..check import READ, WRITE, product
from ..fixed import signed

_FROM_UINT8, _FROM_INT16 = 1, 2


def check(check, record):
    _, flags, _, input, output, count, _, zero_point = record
    size = 2 if flags == _FROM_INT16 else 1
    check.value(flags <= _FROM_INT16, flags, _FROM_INT16)
    check.value(-32768 <= zero_point <= 32767, zero_point, 0)
    check.range(input, product(count, size), size, READ)
    check.range(output, product(count, 4), 4, WRITE)


def run(program, record):
    _, flags, _, input, output, count, scale, zero_point = record
    numbers, out = program.at(input), program.at(output)
    for i in range(count):
        if flags == _FROM_INT16:
            number = unpack_from("<h", numbers, 2 * i)[0]
        else:
            number = numbers[i] if flags == _FROM_UINT8 else signed(numbers[i])
        real = scale * (number - zero_point)
        try:
            pack_into("<f", out, 4 * i, real)
        except OverflowError:  # CPython's floats go further
            pack_into("<f", out, 4 * i, real * float("inf"))
