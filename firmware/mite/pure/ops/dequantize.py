"""DEQUANTIZE: float32 from int8 or uint8."""

from struct import pack_into

from ..check import READ, WRITE, product
from ..fixed import signed

_FROM_UINT8 = 1


def check(check, record):
    _, _, _, input, output, count, _, zero_point = record
    check.value(-128 <= zero_point <= 255, zero_point, 0)
    check.range(input, count, 1, READ)
    check.range(output, product(count, 4), 4, WRITE)


def run(program, record):
    _, flags, _, input, output, count, scale, zero_point = record
    numbers, out = program.at(input), program.at(output)
    for i in range(count):
        number = numbers[i] if flags & _FROM_UINT8 else signed(numbers[i])
        real = scale * (number - zero_point)
        try:
            pack_into("<f", out, 4 * i, real)
        except OverflowError:  # CPython's floats go further
            pack_into("<f", out, 4 * i, real * float("inf"))
