"""FILL: the same bytes again and again."""

from ..check import WRITE, product


def check(check, record):
    _, _, _, output, count, _, size = record
    check.value(count and size in (1, 2, 4), count, size)
    check.range(output, product(count, size), size, WRITE)


def run(program, record):
    _, _, _, output, count, value, size = record
    out = program.at(output)
    for i in range(0, count * size, size):
        for byte in range(size):
            out[i + byte] = value >> 8 * byte & 255
