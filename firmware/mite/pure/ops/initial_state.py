"""INITIAL_STATE: what a variable holds at the start and after a reset. Does nothing in an inference."""

from ..check import READ, WRITE, product


def check(check, record):
    _, _, _, output, value, count, size = record
    check.value(count and size, count, size)
    check.state(output)
    check.constant(value)
    check.range(output, product(count, size), 1, WRITE)
    check.range(value, size, 1, READ)


def run(program, record):
    pass


def reset(program, record):
    _, _, _, output, value, count, size = record
    out, value = program.at(output), program.at(value)
    for i in range(0, count * size, size):
        out[i : i + size] = value[:size]
