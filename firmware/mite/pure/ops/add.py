"""ADD: a sum of both inputs with factors, of which the bits above `shift` are the output."""

from ..loops import shift_down, store, weigh
from . import operands


def check(check, record):
    shift, low, high = record[21:24]
    check.value(shift < 32 and low <= high, shift, low)
    operands.check(check, record)


def run(program, record):
    a_factor, b_factor, base = record[6:9]
    length, a_step, b_step, shift, low, high = record[12], record[16], record[20], record[21], record[22], record[23]
    a, b, out, words = program.at(record[3]), program.at(record[4]), program.at(record[5]), program.words
    for a_at, b_at, to in operands.rows(record):
        for first in range(0, length, len(words)):
            count = min(len(words), length - first)
            weigh(words, a, count, a_at + first * a_step, a_step, a_factor, base, 0)
            weigh(words, b, count, b_at + first * b_step, b_step, b_factor, 0, -1)
            shift_down(words, count, shift)
            store(out, words, count, to + first, 1, 0, low, high)
