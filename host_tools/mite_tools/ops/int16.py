"""What ops on int16 activations have in common."""

from collections.abc import Callable

import numpy as np

from ..arithmetic import LIMITS, clamp, quantize_multiplier, round_away
from ..graph import Tensor
from ..program import Constant, Program
from .base import Lowering, not_scaled

LINES = 512  # of a table of straight lines
SHARED, WIDE = 1, 2  # flags of CONV_2D_S16
WIDE_SHIFT_MOST = 14  # to the left, of a 64-bit sum: from there on the reference shifts by nothing or less
# Entries of the reference's table that are one more than the rounded function; found by asking LOGISTIC for all 65536 numbers of 16 bits.
ONE_MORE = (
    4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45, 46, 49, 50, 54, 62, 63, 64,
    66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
)  # fmt: skip


class Lowering16(Lowering):
    """An op on int16 tensors."""

    TYPES = ("int16",)


def not_int16(*tensors: Tensor | None, centred: bool = True) -> str | None:
    """Why these are not all int16 tensors with one scale and, if they must be `centred`, zero point 0; or None."""
    for tensor in tensors:
        if reason := not_scaled("int16", tensor):
            return reason
        if centred and tensor.zero_point:
            return f"tensor {tensor.name} has zero point {tensor.zero_point}"
    return None


def quantize_multiplier_wide(real: float) -> tuple[int, int]:
    """(multiplier of 16 bits, shift) with which the reference scales 64-bit sums: real = multiplier * 2^(shift - 15)."""
    multiplier, shift = quantize_multiplier(real)
    return ((multiplier + (1 << 15)) >> 16 if multiplier < 0x7FFF0000 else 0x7FFF), shift


def halves(numbers: np.ndarray) -> tuple[bytes, bytes]:
    """(lower, upper) words of 64-bit numbers."""
    words = numbers.astype("<i8").view("<i4").reshape(-1, 2)
    return words[:, 0].tobytes(), words[:, 1].tobytes()


def sigmoid_table() -> Constant:
    """The logistic function of i / 24, times 65536, as the reference has it."""
    values = np.round(65536 / (1 + np.exp(-np.arange(256) / 24)))
    values[list(ONE_MORE)] += 1
    return Constant(values.astype("<u2").tobytes())


def rescale(
    program: Program, input: Tensor, output: Tensor, real: float, bounds: tuple[int, int], negative: float | None = None,
    zero_points: tuple[int, int] | None = None, flags: int = 0,
) -> None:  # fmt: skip
    """Append a RESCALE by `real`, below zero by `negative` if that is another; zero_points: other ones than the tensors' own."""
    input_zero_point, output_zero_point = zero_points or (input.zero_point, output.zero_point)
    multiplier, shift = quantize_multiplier(real)
    negative_multiplier, negative_shift = quantize_multiplier(real if negative is None else negative)
    program.add(
        "RESCALE", flags, input=input, output=output, count=input.count, multiplier=multiplier, shift=shift,
        negative_multiplier=negative_multiplier, negative_shift=negative_shift, input_zero_point=input_zero_point,
        output_zero_point=output_zero_point, act_min=bounds[0], act_max=bounds[1],
        input_bytes=np.dtype(input.dtype).itemsize, output_bytes=np.dtype(output.dtype).itemsize,
    )  # fmt: skip


def int16_table(input_scale: float, input_zero_point: int, output_scale: float, function: Callable[[np.float32], np.float32]) -> np.ndarray:
    """int16 [513]: a function of the reals in 512 straight lines, as the reference bends them towards the curve.

    In single precision. The output's zero point is 0. OverflowError or ValueError where the function has no number.
    """
    input_scale, output_scale = np.float32(input_scale), np.float32(output_scale)
    low, high = (input_scale * np.float32(end - input_zero_point) for end in LIMITS["int16"])
    step = (high - low) / np.float32(LINES)
    per_unit = np.float32(65536) / (output_scale * np.float32(32767) - output_scale * np.float32(-32768))

    def steps(x: np.float32) -> np.float32:
        return np.float32(function(x)) * per_unit

    table = []
    for i in range(LINES):
        here = low + np.float32(i) * step
        start, between, after = steps(here), steps(here + step / np.float32(2)), steps(low + np.float32(i + 1) * step)
        start = round_away(float(start))
        line = round_away(float((after + np.float32(start)) / np.float32(2)))
        bend = round_away((line - round_away(float(between))) / 2)
        table.append(clamp(start - bend, *LIMITS["int16"]))
    table.append(clamp(round_away(float(steps(high))), *LIMITS["int16"]))
    return np.array(table, "<i2")
