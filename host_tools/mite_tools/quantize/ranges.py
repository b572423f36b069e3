"""From what a tensor was seen to hold to the range that its numbers stand for."""

import numpy as np

from ..graph import Quantization

METHODS = ("minmax", "mse", "percentile")
BINS = 2048
KEPT = 0.9999  # of a tensor's values lie within the range, by the method "percentile"
SHRINKS = np.linspace(1, 0.3, 36)  # parts of the range that the method "mse" tries
LEAST_SCALE = 1e-9  # of tensors that are always zero


class Histogram:
    """How often values were seen in each of BINS equal parts of [low, high]."""

    def __init__(self, low: float, high: float):
        # Of a tensor that is always the same, the range is one that a double can still divide.
        self.low = float(low)
        self.high = max(float(high), self.low + max(1e-12, abs(self.low) * 1e-9))
        self.counts = np.zeros(BINS)

    def add(self, values: np.ndarray) -> None:
        at = ((values.reshape(-1) - self.low) * (BINS / (self.high - self.low))).astype(np.int32)
        self.counts += np.bincount(np.clip(at, 0, BINS - 1), minlength=BINS)

    @property
    def centres(self) -> np.ndarray:
        return self.low + (np.arange(BINS) + 0.5) * (self.high - self.low) / BINS


def choose(histogram: Histogram, method: str, steps: int) -> tuple[float, float]:
    """(low, high) of the range, which always holds 0. steps: how many the numbers have, 255 for int8."""
    low, high = min(histogram.low, 0.0), max(histogram.high, 0.0)
    if method == "minmax" or not histogram.counts.sum():
        return low, high
    if method == "percentile":
        share = np.cumsum(histogram.counts) / histogram.counts.sum()
        out = 1 - KEPT
        edges = np.linspace(histogram.low, histogram.high, BINS + 1)
        first, last = np.searchsorted(share, out / 2), np.searchsorted(share, 1 - out / 2)
        return min(edges[min(first, BINS)], 0.0), max(edges[min(last + 1, BINS)], 0.0)
    return _least_error(histogram, low, high, steps)


def _least_error(histogram: Histogram, low: float, high: float, steps: int) -> tuple[float, float]:
    """The range with the least mean squared error of rounding and clipping: first both ends move in, then each by itself."""
    values, counts = histogram.centres, histogram.counts

    def error(low: float, high: float) -> float:
        step = max((high - low) / steps, LEAST_SCALE)
        # Within the range an error is as likely anywhere in a step.
        beyond = np.maximum(values - high, 0) + np.maximum(low - values, 0)
        return float(np.sum(counts * beyond**2) + step**2 / 12 * counts[beyond == 0].sum())

    best = min(((error(low * s, high * s), low * s, high * s) for s in SHRINKS), key=lambda each: each[0])
    for ends in (lambda s: (best[1] * s, best[2]), lambda s: (best[1], best[2] * s)):
        best = min(((error(*ends(s)), *ends(s)) for s in SHRINKS), key=lambda each: each[0])
    return best[1], best[2]


def quantization(low: float, high: float, dtype: str) -> Quantization:
    """How int8 (asymmetric) or int16 (symmetric) numbers stand for [low, high], which is widened to hold 0; 0 is a number of its own."""
    low, high = min(low, 0.0), max(high, 0.0)
    if dtype == "int16":
        return numbers(max(-low, high, LEAST_SCALE * 32767) / 32767, 0)
    scale = max((high - low) / 255, LEAST_SCALE)
    return numbers(scale, int(np.clip(np.round(-128 - low / scale), -128, 127)))


def numbers(scale: float, zero_point: int) -> Quantization:
    """One scale for a whole tensor."""
    return Quantization(np.float32([scale]), np.int64([zero_point]))


def quantize(values: np.ndarray, q: Quantization, dtype: str) -> np.ndarray:
    """The nearest numbers, saturated."""
    limits = np.iinfo(dtype)
    return np.clip(np.round(values / float(q.scale[0])) + int(q.zero_point[0]), limits.min, limits.max).astype(dtype)
