"""SOFTMAX: along the last dimension, in fixed point; 12 integer bits for the sum of exponentials."""

from ..check import READ, WRITE, product
from ..fixed import exp, high_mul, leading_zeros, one_over_one_plus, shift_down, signed, wrap

_SUM_BITS = 12


def check(check, record):
    _, _, _, input, output, rows, depth, _, diff_min, left_shift, _, _ = record
    # More values could overflow the sum; a diff_min above 0 would leave out even the largest, and the sum empty.
    check.value(0 < depth < 1 << _SUM_BITS and left_shift <= 30, depth, left_shift)
    check.value(diff_min <= 0, diff_min, 0)
    check.range(input, product(rows, depth), 1, READ)
    check.range(output, product(rows, depth), 1, WRITE)


def run(program, record):
    _, _, _, input, output, rows, depth, multiplier, diff_min, left_shift, _, _ = record
    numbers, out = program.at(input), program.at(output)

    def exponential(difference):
        """exp((x - largest) * scale), or 0 where that is too small to count."""
        return 0 if difference < diff_min else exp(high_mul(wrap(difference << left_shift), multiplier))

    for first in range(0, rows * depth, depth):
        largest = max(signed(numbers[first + i]) for i in range(depth))
        sum = 0
        for i in range(first, first + depth):
            sum += shift_down(exponential(signed(numbers[i]) - largest), _SUM_BITS)
        # 1 / sum = 1 / (1 + fraction) / 2^over, where sum has its highest bit at 2^over
        zeros = leading_zeros(sum)
        share = one_over_one_plus((sum << zeros & 0xFFFFFFFF) - 0x80000000)
        # A sum this large leaves every share below one step; the reference stops there.
        exponent = min(_SUM_BITS - zeros + 31 - 8, 31)
        for i in range(first, first + depth):
            value = shift_down(high_mul(share, exponential(signed(numbers[i]) - largest)), exponent)
            out[i] = min(value - 128, 127) & 255
