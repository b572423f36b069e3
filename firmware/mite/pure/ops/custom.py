"""CUSTOM: something that the program around the interpreter does. mite.register() has the functions; Program.functions() gets them."""

from struct import calcsize, unpack_from

from ... import format
from ..check import READ, WRITE
from ..records import OPS

LONGER = True  # than its structure: behind it come tensors


def check(check, record):
    _, flags, size, name, options, options_bytes, number, name_bytes, inputs, outputs, _, _ = record
    at = check.at
    end = at + size
    check.value(name_bytes and flags <= 1 and size % 4 == 0, name_bytes, flags)
    check.range(name, name_bytes, 1, READ)
    check.constant(name)
    if options_bytes:
        check.range(options, options_bytes, 1, READ)
        check.constant(options)
    at += calcsize(OPS[check.image[at]][1])
    for i in range(inputs + outputs):
        behind = check.tensor(at, end)
        ref, size = unpack_from(format.TENSOR, check.image, at)[:2]
        if i >= inputs or ref >> 30 != 3 or size:
            check.range(ref, size, 4, READ if i < inputs else WRITE)
        at = behind
    check.value(at == end, at, end)


def run(program, record):
    program.call(record[6])
