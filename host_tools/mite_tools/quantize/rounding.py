"""Weights to few bits, rounded by what that does to the op's output.

The error of an output is (w - q) H (w - q), where H says how the inputs go together (their covariance; means go into the bias). Weights are
rounded one after another, each where the error of those before it is made good by those that are still free (Frantar et al., GPTQ, 2022);
then single weights go up or down while that helps, and the scale follows.
"""

import numpy as np

from .ranges import LEAST_SCALE

DAMPING = 0.01  # of the mean of H's diagonal: what the samples did not show may come
DOUBT = 0.5  # more of it for each weight of an output that there is for a row of inputs: of few rows, H is a guess
SWEEPS = 3  # over all weights of a row
ROUNDS = 3  # of scale and weights


def scales(rows: np.ndarray, importance: np.ndarray, most: int, search: np.ndarray, one: bool = False) -> np.ndarray:
    """[outputs]: for each row the scale with the least error of rounding to -most .. most.

    importance: [1 or outputs, taps], the diagonal of H. search: parts of the largest scale, which reaches the largest weight; one: all rows have the same.
    """
    largest = np.maximum(np.abs(rows).max(1, initial=0) / most, LEAST_SCALE)
    if one:
        largest = np.broadcast_to(largest.max(), largest.shape)
    best, least = largest, None
    for part in search:
        scale = largest * part
        error = ((rows - nearest(rows, scale, most) * scale[:, None]) ** 2 * importance).sum(1)
        if one:
            error = np.broadcast_to(error.sum(), error.shape)
        if least is None:
            best, least = scale, error
        else:
            best, least = np.where(error < least, scale, best), np.minimum(error, least)
    return best


def nearest(rows: np.ndarray, scale: np.ndarray, most: int) -> np.ndarray:
    """Whole numbers, as floats."""
    return np.clip(np.round(rows / scale[:, None]), -most, most)


def damped(h: np.ndarray, count: int) -> np.ndarray:
    """H with more on its diagonal. count: rows of inputs that it was made of."""
    diagonal = np.einsum("okk->ok", h)
    more = (DAMPING + DOUBT * h.shape[1] / count) * diagonal.mean(1) + 1e-12
    return h + more[:, None, None] * np.eye(h.shape[1])


def round_rows(rows: np.ndarray, h: np.ndarray, scale: np.ndarray, most: int, fit_scale: bool, one: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(whole numbers [outputs, taps], scales [outputs]).

    rows: float64 [outputs, taps]; h: damped, [1 or outputs, taps, taps]; fit_scale: scales may change, too; one: all rows have the same.
    """
    numbers = _in_order(rows, h[0], scale, most) if len(h) == 1 else nearest(rows, scale, most)
    if not fit_scale and len(h) == 1:
        return numbers, scale  # with eight bits what follows brings nothing that can be seen
    for _ in range(ROUNDS if fit_scale else 1):
        numbers = _improve(rows, h, scale, numbers, most)
        if fit_scale:
            scale = _fitted(rows, h, scale, numbers, one)
    return numbers, scale


def _in_order(rows: np.ndarray, h: np.ndarray, scale: np.ndarray, most: int) -> np.ndarray:
    """The heaviest inputs' weights first; what each loses the rest makes good."""
    order = np.argsort(-np.diag(h))
    upper = np.linalg.cholesky(np.linalg.inv(h[np.ix_(order, order)])).T
    left, numbers = rows[:, order].copy(), np.empty_like(rows)
    for k in range(len(order)):
        numbers[:, k] = np.clip(np.round(left[:, k] / scale), -most, most)
        lost = (left[:, k] - numbers[:, k] * scale) / upper[k, k]
        left[:, k + 1 :] -= lost[:, None] * upper[k, k + 1 :]
    back = np.empty_like(numbers)
    back[:, order] = numbers
    return back


def _improve(rows: np.ndarray, h: np.ndarray, scale: np.ndarray, numbers: np.ndarray, most: int) -> np.ndarray:
    """Each weight in turn goes to where the error is least while the others stay."""
    numbers = numbers.copy()
    slope = times(rows - numbers * scale[:, None], h)  # H (w - q)
    diagonal = np.broadcast_to(np.einsum("okk->ok", h), numbers.shape)
    for _ in range(SWEEPS):
        moved = False
        for k in range(numbers.shape[1]):
            to = np.clip(numbers[:, k] + np.round(slope[:, k] / (diagonal[:, k] * scale)), -most, most)
            change = to - numbers[:, k]
            if change.any():
                moved = True
                numbers[:, k] = to
                slope -= (change * scale)[:, None] * h[:, k]
        if not moved:
            break
    return numbers


def _fitted(rows: np.ndarray, h: np.ndarray, scale: np.ndarray, numbers: np.ndarray, one: bool) -> np.ndarray:
    """The scales with which these numbers come nearest to the rows."""
    seen = times(numbers, h)
    above, below = (seen * rows).sum(1), (seen * numbers).sum(1)
    if one:
        above, below = (np.broadcast_to(each.sum(), each.shape) for each in (above, below))
    return np.where((above > 0) & (below > 0), above / np.where(below > 0, below, 1), scale)


def times(rows: np.ndarray, h: np.ndarray) -> np.ndarray:
    """[outputs, taps]: each row times its H."""
    return rows @ h[0] if len(h) == 1 else np.einsum("ok,okl->ol", rows, h)
