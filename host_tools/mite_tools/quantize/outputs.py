"""How much the outputs mind what was changed within a model."""

import numpy as np

from ..graph import Graph, Tensor
from .observe import Samples
from .runner import Runner, as_numbers, real_values

TRIED = 32  # samples
_BEHIND = ("SOFTMAX", "LOGISTIC", "LOG_SOFTMAX")  # ops whose outputs say less than the numbers in front of them


class Wanted:
    """What a float model's outputs (those in front of a softmax, where there is one) are for some samples."""

    def __init__(self, graph: Graph, samples: Samples):
        made = {t: op for op in graph.ops for t in op.outputs}
        before = [made[t].inputs[0] if t in made and made[t].kind in _BEHIND else t for t in graph.outputs]
        self.tensors, self.samples, self.values = [t for t in before if t.dtype == "float32"], samples[:TRIED], []
        runner = Runner(graph)
        for inputs in self.samples:
            runner.run(inputs)
            self.values.append([runner.value(t) for t in self.tensors])

    def error(self, graph: Graph, places: dict[Tensor, Tensor] | None = None) -> float:
        """The squared error of another graph's outputs, relative to their square. places: what is there for the float model's tensors, if others."""
        runner, error = Runner(graph), 0.0
        for inputs, wanted in zip(self.samples, self.values):
            runner.run(as_numbers(graph, inputs))
            for t, value in zip(self.tensors, wanted):
                place = (places or {}).get(t, t)
                error += float(((real_values(place, runner.value(place)) - value) ** 2).mean() / np.maximum((value**2).mean(), 1e-20))
        return error / len(self.samples)
