"""What the float model's tensors hold on the calibration data."""

from collections.abc import Callable, Iterable

import numpy as np

from ..graph import Graph, Op, Tensor
from .patches import Moments, has_rows, patches
from .ranges import Histogram
from .real import data_of, is_weighted
from .runner import Runner

Samples = list[list[np.ndarray]]  # for each inference the inputs
Progress = Callable[[Iterable, str], Iterable]  # shows how far a loop with this name has come


def activations(graph: Graph) -> list[Tensor]:
    """The float tensors that ops make or the graph is given."""
    return [t for t in graph.tensors() if t.dtype == "float32" and not t.is_constant and not t.is_variable]


def extremes(graph: Graph, samples: Samples, progress: Progress) -> dict[Tensor, np.ndarray]:
    """[2, channels] of each activation: the smallest and the largest number of each of its last dimension's."""
    runner, found = Runner(graph), {}
    wanted = activations(graph)
    for inputs in progress(samples, "ranges"):
        runner.run(inputs)
        for t in wanted:
            values = runner.value(t).reshape(-1, t.shape[-1] if t.shape else 1)
            ends = np.stack([values.min(0), values.max(0)])
            found[t] = ends if t not in found else np.stack([np.minimum(found[t][0], ends[0]), np.maximum(found[t][1], ends[1])])
    return found


def histograms(graph: Graph, ends: dict[Tensor, np.ndarray], samples: Samples, progress: Progress) -> tuple[dict[Tensor, Histogram], dict[Op, Moments]]:
    """(how each activation's values are spread, how the inputs of each op with weights go together)."""
    runner = Runner(graph)
    found = {t: Histogram(each[0].min(), each[1].max()) for t, each in ends.items()}
    moments = {op: Moments() for op in graph.ops if is_weighted(op) and has_rows(op)}
    for number, inputs in enumerate(progress(samples, "values")):
        runner.run(inputs)
        for t, histogram in found.items():
            histogram.add(runner.value(t))
        for op, each in moments.items():
            each.add(patches(op, runner.value(data_of(op)), number))
    return found, moments
