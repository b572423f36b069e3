"""BINARY: functions of two int8 numbers; the flags say which."""

from ..fixed import clamp, high_mul, leading_zeros, one_over_one_plus, scale, shift_down, signed, wrap
from . import operands

(_SUB, _MUL, _MAXIMUM, _MINIMUM, _SQUARED_DIFFERENCE, _EQUAL, _NOT_EQUAL, _LESS, _LESS_EQUAL, _GREATER, _GREATER_EQUAL, _DIV,
 _PRELU, _ADD) = range(14)  # fmt: skip


def check(check, record):
    flags, left_shift = record[1], record[24]
    check.value(flags <= _ADD and left_shift < 23, flags, left_shift)
    for shift in record[21:24]:
        check.shift(shift)
    check.bounds(record[28], record[29])
    operands.check(check, record)


def _quotient(a, b, multiplier, shift):
    """a / b by the reciprocal of b. Nothing can be divided by 0: that counts as the smallest step."""
    if b < 0:
        a, b = -a, -b
    b = max(b, 1)
    zeros = leading_zeros(b)
    inverse = one_over_one_plus((b << zeros & 0xFFFFFFFF) - 0x80000000)
    headroom = leading_zeros(a) - 1 if a >= 0 else leading_zeros(-2 * a - 1)
    whole = high_mul(high_mul(wrap(a << headroom), inverse), multiplier)
    down = 31 - zeros + headroom - shift
    if 0 <= down < 32:
        return shift_down(whole, down)
    # What the reference does there on the machines that its answers come from: it shifts modulo 32, and rounds with a mask of all bits.
    return (whole >> (down & 31)) + (whole > (whole < 0) - 1)


def _function(record):
    """The function of two numbers that a record stands for."""
    flags, a_multiplier, b_multiplier, multiplier = record[1], record[6], record[7], record[8]
    a_shift, b_shift, shift, left_shift, a_zero, b_zero, zero, low, high = record[21:30]

    def output(x):
        return clamp(wrap(x + zero), low, high)

    def alike(a, b):
        """Both brought to one scale."""
        return (scale(a - a_zero << left_shift, a_multiplier, a_shift), scale(b - b_zero << left_shift, b_multiplier, b_shift))

    def multiply(a, b):
        return output(scale((a - a_zero) * (b - b_zero), multiplier, shift))

    def divide(a, b):
        return output(_quotient(a - a_zero, b - b_zero, multiplier, shift))

    def prelu(a, b):
        a -= a_zero
        return output(scale(a, a_multiplier, a_shift) if a >= 0 else scale(a * (b - b_zero), b_multiplier, b_shift))

    def add(a, b):
        a, b = alike(a, b)
        return output(scale(wrap(a + b), multiplier, shift))

    def subtract(a, b):
        a, b = alike(a, b)
        return output(scale(wrap(a - b), multiplier, shift))

    def squared_difference(a, b):
        a, b = alike(a, b)
        a = wrap(a - b)
        return output(scale(wrap(a * a), multiplier, shift))

    def compare(a, b):
        a, b = alike(a, b)
        if flags in (_EQUAL, _NOT_EQUAL):
            return (a == b) == (flags == _EQUAL)
        if flags in (_LESS, _GREATER_EQUAL):
            return (a < b) == (flags == _LESS)
        return (a > b) == (flags == _GREATER)

    return {_ADD: add, _SUB: subtract, _MUL: multiply, _MAXIMUM: max, _MINIMUM: min, _SQUARED_DIFFERENCE: squared_difference, _DIV: divide,
            _PRELU: prelu}.get(flags, compare)  # fmt: skip


def run(program, record):
    length, a_step, b_step = record[12], record[16], record[20]
    a, b, out = program.at(record[3]), program.at(record[4]), program.at(record[5])
    function = _function(record)
    for a_at, b_at, to in operands.rows(record):
        for to in range(to, to + length):
            out[to] = int(function(signed(a[a_at]), signed(b[b_at]))) & 255
            a_at += a_step
            b_at += b_step
