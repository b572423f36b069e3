"""Sums of two int8 numbers with one multiplication each: out = clamp((a * a_factor + b * b_factor + base) >> shift), for every a and b."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import quantize_multiplier

BITS = 31  # of a sum, beside its sign
NEAR = 8  # how many steps from the nearest ones factors are tried
NUMBERS = np.arange(-128, 128, dtype=np.int64)


@dataclass(frozen=True)
class Line:
    a_factor: int
    b_factor: int
    base: int
    shift: int


def find(wanted: np.ndarray, a_ratio: float, b_ratio: float, low: int, high: int) -> Line | None:
    """The numbers that give `wanted` (int [256, 256], by a and b from -128 up; held to low .. high), or None if none were found.

    a_ratio, b_ratio: about what the output grows by with a and with b. Once the factors are chosen, each pair of inputs says
    between which two numbers the base must lie: what is left of that interval in the end is empty, or any of it will do.
    """
    most = 128 * (abs(a_ratio) + abs(b_ratio)) + 256
    shift = min(int(np.floor(BITS - np.log2(most))), BITS)
    if shift < 0:
        return None
    # A clamped output leaves one side open.
    begin = np.where(wanted > low, wanted << shift, -1 << 40)
    end = np.where(wanted < high, (wanted + 1 << shift) - 1, 1 << 40)
    steps = [(i, j) for i in range(-NEAR, NEAR + 1) for j in range(-NEAR, NEAR + 1)]
    for i, j in sorted(steps, key=lambda step: step[0] ** 2 + step[1] ** 2):
        a_factor, b_factor = round(a_ratio * 2**shift) + i, round(b_ratio * 2**shift) + j
        sums = NUMBERS[:, None] * a_factor + NUMBERS * b_factor
        room = (1 << BITS) - 1 - int(np.abs(sums).max())
        first, last = max(int((begin - sums).max()), -room), min(int((end - sums).min()), room)
        if first <= last:
            return Line(a_factor, b_factor, (first + last) // 2, shift)
    return None


def requantized(values: np.ndarray, real: float) -> np.ndarray:
    """int64 numbers within int32, times `real`, rounded twice as the reference does."""
    multiplier, shift = quantize_multiplier(real)
    if shift > 0:
        values = (values << shift).astype(np.int32).astype(np.int64)
    high, down = values * multiplier + (1 << 30) >> 31, max(-shift, 0)
    mask = (1 << down) - 1
    return (high >> down) + ((high & mask) > (mask >> 1) + (high < 0))
