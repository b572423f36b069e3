"""ADD: both inputs brought to one scale with 20 bits of headroom, their sum to the output's."""

from struct import pack

from ..loops import add, scale, shift_up, store
from ..records import SHARED
from .operands import check  # noqa: F401, the op's own

_HEADROOM = 20


def run(program, record):
    (_, _, _, a, b, output, a_multiplier, b_multiplier, multiplier, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3, a_shift, b_shift,
     shift, _, a_zero_point, b_zero_point, zero_point, act_min, act_max, _) = record  # fmt: skip
    a, b, out = program.at(a), program.at(b), program.at(output)
    at_once = len(program.words) // 2
    words = memoryview(program.words)
    sums, others = words[:at_once], words[at_once:]
    # Blocks of one channel: bias 0, multiplier, shift.
    a_block, b_block, block = pack("<iib", 0, a_multiplier, a_shift), pack("<iib", 0, b_multiplier, b_shift), pack("<iib", 0, multiplier, shift)
    to = 0
    for i in range(d0):
        for j in range(d1):
            for k in range(d2):
                a_at, b_at = i * a0 + j * a1 + k * a2, i * b0 + j * b1 + k * b2
                for first in range(0, d3, at_once):
                    count = min(at_once, d3 - first)
                    shift_up(sums, a, count, a_at + first * a3, a3, a_zero_point, _HEADROOM)
                    scale(count, 0, 0, sums, a_block, SHARED, 1)
                    shift_up(others, b, count, b_at + first * b3, b3, b_zero_point, _HEADROOM)
                    scale(count, 0, 0, others, b_block, SHARED, 1)
                    add(sums, others, count)
                    scale(count, 0, 0, sums, block, SHARED, 1)
                    store(out, sums, count, to, 1, zero_point, act_min, act_max)
                    to += count
