"""REDUCE: one number of each group of int8 numbers; the flags say which."""

from struct import pack_into

from ..check import ONCE, READ, WRITE, product
from ..fixed import clamp, scale, signed, wrap

_MAX, _MIN, _ARG_MAX, _ARG_MIN, _ADD_N = range(5)
_HEADROOM = 20  # of ADD_N


def check(check, record):
    (_, flags, _, input, output, k0, k1, k2, ks0, ks1, ks2, r0, r1, r2, rs0, rs1, rs2, _, _, shift, output_shift, _, _) = record  # fmt: skip
    size = 4 if flags in (_ARG_MAX, _ARG_MIN) else 1
    check.value(flags <= _ADD_N, flags, _ADD_N + 1)
    check.shift(shift)
    check.shift(output_shift)
    check.forward((ks0, ks1, ks2, rs0, rs1, rs2))
    check.strides(input, 1, (k0, k1, k2, r0, r1, r2), (ks0, ks1, ks2, rs0, rs1, rs2), READ, ONCE)
    check.range(output, product(product(k0, k1, k2), size), size, WRITE)


def _group(numbers, at, record):
    """The numbers of a group, in their order."""
    r0, r1, r2, rs0, rs1, rs2 = record[11:17]
    return [signed(numbers[at + i * rs0 + j * rs1 + k * rs2]) for i in range(r0) for j in range(r1) for k in range(r2)]


def _sum(group, record):
    """ADD_N. The reference's sum starts with a number that stands for minus the zero point."""
    multiplier, output_multiplier, shift, output_shift, zero_point, output_zero_point = record[17:23]
    sum = scale(-zero_point << _HEADROOM, multiplier, shift)
    for x in group:
        sum += scale(x - zero_point << _HEADROOM, multiplier, shift)
    return clamp(wrap(scale(wrap(sum), output_multiplier, output_shift) + output_zero_point), -128, 127)


def run(program, record):
    flags, (k0, k1, k2, ks0, ks1, ks2) = record[1], record[5:11]
    numbers, out = program.at(record[3]), program.at(record[4])
    to = 0
    for i in range(k0):
        for j in range(k1):
            for k in range(k2):
                group = _group(numbers, i * ks0 + j * ks1 + k * ks2, record)
                if flags == _ADD_N:
                    found = _sum(group, record)
                else:
                    found = min(group) if flags in (_MIN, _ARG_MIN) else max(group)
                if flags in (_ARG_MAX, _ARG_MIN):
                    pack_into("<i", out, 4 * to, group.index(found))
                else:
                    out[to] = found & 255
                to += 1
