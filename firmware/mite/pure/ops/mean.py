"""MEAN: sums over up to three dimensions, requantized; 1 / count is in the multiplier."""

from ..check import ONCE, READ, WRITE, product
from ..fixed import clamp, scale, wrap
from ..loops import total


def check(check, record):
    _, _, _, input, output, _, _, k0, k1, k2, ks0, ks1, ks2, r0, r1, r2, rs0, rs1, rs2, shift, _, _ = record
    check.shift(shift)
    check.forward((ks0, ks1, ks2, rs0, rs1, rs2))
    check.strides(input, 1, (k0, k1, k2, r0, r1, r2), (ks0, ks1, ks2, rs0, rs1, rs2), READ, ONCE)
    check.range(output, product(k0, k1, k2), 1, WRITE)


def run(program, record):
    (_, _, _, input, output, multiplier, offset, k0, k1, k2, ks0, ks1, ks2, r0, r1, r2, rs0, rs1, rs2, shift, zero_point,
     _) = record  # fmt: skip
    numbers, out = program.at(input), program.at(output)
    to = 0
    for i in range(k0):
        for j in range(k1):
            for k in range(k2):
                at = i * ks0 + j * ks1 + k * ks2
                sum = offset
                for n in range(r0):
                    for m in range(r1):
                        sum += total(numbers, at + n * rs0 + m * rs1, r2, rs2)
                out[to] = clamp(wrap(scale(wrap(sum), multiplier, shift) + zero_point), -128, 127) & 255
                to += 1
