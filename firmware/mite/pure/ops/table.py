"""TABLE: every function of one 8-bit number."""

from ..check import READ, WRITE
from ..loops import look_up


def check(check, record):
    _, _, _, input, output, table, count = record
    check.range(input, count, 1, READ)
    check.range(output, count, 1, WRITE)
    check.range(table, 256, 1, READ)


def run(program, record):
    _, _, _, input, output, table, count = record
    look_up(program.at(output), program.at(input), count, program.at(table))
