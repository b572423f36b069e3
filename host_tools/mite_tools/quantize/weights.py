"""Filters and biases of a float model in few bits."""

from dataclasses import dataclass

import numpy as np

from ..graph import Op
from . import rounding
from .patches import Moments, rows_of, weights_of
from .real import bias_number, filter_of

MOST = {8: 127, 4: 7}  # the largest number of so many bits; the smallest is its negative, as kernels like it
BIAS_MOST = 2.0**30  # of an int32, so that the sum has room
# Parts of the largest scale that are tried: with eight bits little is won, with four a lot.
SEARCH = {8: np.array([1.0, 0.95, 0.9]), 4: np.linspace(1, 0.4, 25)}


@dataclass
class Narrow:
    """The weights of an op: real = numbers * scale, for each output channel."""

    numbers: np.ndarray  # int8, in the filter's shape
    scale: np.ndarray  # float32 [outputs]
    bits: int
    bias: np.ndarray  # float64 [outputs], in real numbers

    def real(self, op: Op) -> np.ndarray:
        """float32: the weights that these numbers stand for, in the filter's shape."""
        return weights_of((rows_of(self.numbers, op) * self.scale[:, None]).astype(np.float32), op)


def bias_of(op: Op) -> np.ndarray:
    """float64 [outputs]; zeros where there is none."""
    number = bias_number(op)
    bias = op.inputs[number] if len(op.inputs) > number else None
    return np.zeros(op.inputs[1].shape[filter_of(op)[1]]) if bias is None else bias.data.astype(np.float64).reshape(-1)


def narrow(op: Op, bits: int, input_scale: float, moments: Moments | None = None, learned: bool = True, corrected: bool = True) -> Narrow:
    """An op's weights in `bits` bits.

    moments: of its inputs, if they are known; learned: rounded by their effect on the output; corrected: the bias makes good what the
    rounding changed in the output's mean.
    """
    bits = 8 if op.kind == "TRANSPOSE_CONV" else bits  # there are no kernels for fewer
    rows, bias, most = rows_of(op.inputs[1].data.astype(np.float64), op), bias_of(op), MOST[bits]
    floor = np.maximum(np.abs(bias) / (input_scale * BIAS_MOST), rounding.LEAST_SCALE)
    one = bits == 4 and op.kind == "FULLY_CONNECTED"  # TFLite Micro has no scales for each output of four bits there
    if one:
        floor = np.broadcast_to(floor.max(), floor.shape)
    if moments is None or not moments.count or not learned:
        scale = np.maximum(rounding.scales(rows, np.ones((1, 1)), most, SEARCH[bits] if learned else np.ones(1), one), floor)
        numbers = rounding.nearest(rows, scale, most)
    else:
        covariance, crossed = moments.covariances()
        h = rounding.damped(covariance, moments.count)
        wanted = rows
        if moments.crossed is not moments.products:
            # The weights that would come nearest to the float model's output from what this op really gets.
            away = rounding.times(rows, crossed - covariance)
            wanted = rows + (away @ np.linalg.inv(h[0]) if len(h) == 1 else np.linalg.solve(h, away[:, :, None])[:, :, 0])
        scale = np.maximum(rounding.scales(wanted, np.einsum("okk->ok", h), most, SEARCH[bits], one), floor)
        numbers, scale = rounding.round_rows(wanted, h, scale, most, fit_scale=bits < 8, one=one)
        numbers = np.where((scale < floor)[:, None], rounding.nearest(wanted, floor, most), numbers)
        scale = np.maximum(scale, floor)
    scale = scale.astype(np.float32)
    if corrected and moments is not None and moments.count:
        real, mean = moments.means()
        bias = bias + (rows * real).sum(1) - (numbers * scale[:, None] * mean).sum(1)
    return Narrow(weights_of(numbers.astype(np.int8), op), scale, bits, bias)
