"""What an op with weights multiplies them with: rows of its input, one for each place of its window."""

import numpy as np

from ..graph import Op
from ..ops.base import paddings
from .real import data_of, filter_of

ROWS_OF_A_SAMPLE = 128  # places of a window that are looked at in one inference
MOST_TAPS = 1152  # of one output: beyond that their products with one another take too long


def has_rows(op: Op) -> bool:
    """Can patches() show this op's rows?"""
    if op.kind == "CONV_2D" and op.inputs[1].shape[3] != op.inputs[0].shape[3]:
        return False  # in groups
    return op.kind != "TRANSPOSE_CONV" and taps(op) <= MOST_TAPS


def taps(op: Op) -> int:
    """Weights that each output is the sum of."""
    filter = op.inputs[1]
    return filter.count // filter.shape[filter_of(op)[1]]


def rows_of(weights: np.ndarray, op: Op) -> np.ndarray:
    """[outputs, taps]: an op's weights in the order of patches()."""
    return np.moveaxis(weights, filter_of(op)[1], 0).reshape(weights.shape[filter_of(op)[1]], -1)


def weights_of(rows: np.ndarray, op: Op) -> np.ndarray:
    """The inverse of rows_of()."""
    shape, axis = op.inputs[1].shape, filter_of(op)[1]
    return np.moveaxis(rows.reshape(shape[axis], *(n for i, n in enumerate(shape) if i != axis)), 0, axis)


def patches(op: Op, values: np.ndarray, seed: int) -> np.ndarray:
    """float32 [places, taps] of a convolution or fully connected op, [places, outputs, taps] of a depthwise one.

    values: of the op's input, in its shape. The seed chooses the places: the same ones each time.
    """
    if op.kind == "FULLY_CONNECTED":
        return values.reshape(-1, op.inputs[1].shape[1])
    filter, output, o = op.inputs[1], op.outputs[0], op.options
    kernel_h, kernel_w = filter.shape[1:3]
    top, left = paddings(op, kernel_h, kernel_w)
    batches, in_h, in_w, in_c = data_of(op).shape
    _, out_h, out_w, _ = output.shape
    places = batches * out_h * out_w
    chosen = np.arange(places)
    if places > ROWS_OF_A_SAMPLE:
        chosen = np.random.default_rng(seed).choice(places, ROWS_OF_A_SAMPLE, replace=False)
    batch, y, x = np.unravel_index(chosen, (batches, out_h, out_w))
    rows = y[:, None] * o["stride_h"] - top + np.arange(kernel_h) * o.get("dilation_hfactor", 1)
    columns = x[:, None] * o["stride_w"] - left + np.arange(kernel_w) * o.get("dilation_wfactor", 1)
    inside = ((rows >= 0) & (rows < in_h))[:, :, None] & ((columns >= 0) & (columns < in_w))[:, None, :]
    taken = values.reshape(data_of(op).shape)[batch[:, None, None], np.clip(rows, 0, in_h - 1)[:, :, None], np.clip(columns, 0, in_w - 1)[:, None, :]]
    taken = np.where(inside[..., None], taken, np.float32(0))
    if op.kind == "CONV_2D":
        return taken.reshape(len(chosen), -1)
    return np.repeat(taken.reshape(len(chosen), kernel_h * kernel_w, in_c).swapaxes(1, 2), filter.shape[3] // in_c, axis=1)


class Moments:
    """Means of an op's rows as they are (float) and as the narrower model sees them, and how these go together."""

    def __init__(self):
        self.count, self.real_mean, self.mean, self.products, self.crossed = 0, 0.0, 0.0, 0.0, 0.0

    def add(self, rows: np.ndarray, real: np.ndarray | None = None) -> None:
        """rows: from patches(); real: the float model's, if they are others."""
        rows = _by_output(rows)
        theirs = rows if real is None else _by_output(real)
        self.count += rows.shape[1]
        self.mean, self.real_mean = self.mean + rows.sum(1, np.float64), self.real_mean + theirs.sum(1, np.float64)
        # float32 for the rows of one sample, float64 for the sum of all.
        self.products = self.products + (rows.swapaxes(1, 2) @ rows).astype(np.float64)
        self.crossed = self.products if real is None else self.crossed + theirs.swapaxes(1, 2) @ rows

    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """([1 or outputs, taps] of the float model's rows, of the narrower one's)."""
        return self.real_mean / self.count, self.mean / self.count

    def covariances(self) -> tuple[np.ndarray, np.ndarray]:
        """([1 or outputs, taps, taps] of the rows, of the float model's with them)."""
        real, mean = self.means()
        return (self.products / self.count - mean[:, :, None] * mean[:, None, :], self.crossed / self.count - real[:, :, None] * mean[:, None, :])


def _by_output(rows: np.ndarray) -> np.ndarray:
    """[1 or outputs, places, taps]"""
    return rows[None] if rows.ndim == 2 else np.ascontiguousarray(rows.swapaxes(0, 1))
