"""Post-training quantization, step by step."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..graph import Graph, Op, Quantization, Tensor
from ..ops import lowering_of
from . import equalize as equalization
from . import widths
from .build import Built, Builder, scale_of_group
from .observe import Progress, Samples, activations, extremes, histograms
from .patches import Moments
from .outputs import Wanted
from .ranges import METHODS, choose
from .real import as_real, data_of, is_weighted
from .scheme import Groups, has_kernel, is_real
from .weights import Narrow, narrow

AUTO = "auto"
STEPS = {"int8": 255, "int16": 65535}


@dataclass
class Settings:
    """How to quantize. What is not said has values that are good for most models."""

    activations: str = "int8"  # or "int16"
    weights: int = 8  # bits; 4: a few that the output minds most stay at 8
    method: str = AUTO  # how ranges are chosen: one of ranges.METHODS, or that of them which the outputs mind least
    equalize: bool = True
    learn: bool = True  # rounding of weights by their effect on the output
    correct: bool = True  # biases
    float_ends: bool = False  # inputs and outputs stay float32
    max_bytes: int | None = None  # of the image: weights go to 4 bits, those that matter least first, until it fits
    inputs: list[Quantization | None] = field(default_factory=list)  # of the inputs, where the data say it

    @property
    def name(self) -> str:
        """For files: int8, int4 or int16."""
        return self.activations if self.weights == 8 else f"int{self.weights}"

    def as_dict(self) -> dict:
        """For reports."""
        return {name: value for name, value in vars(self).items() if name != "inputs"}


@dataclass
class Quantized:
    """The integer model, the float one that it was made of, and what is known of both."""

    real: Graph
    built: Built
    weights: dict[Op, Narrow]
    settings: Settings
    equalized: int  # channels
    left: list[Op]  # float ops
    seconds: float

    @property
    def graph(self) -> Graph:
        return self.built.graph


def silent(things: Iterable, name: str) -> Iterable:
    """A progress that shows nothing."""
    return things


class Quantizer:
    """A float graph, of as_real(), that has been looked at on some data: integer ones can be made from it."""

    def __init__(self, graph: Graph, samples: Samples, settings: Settings, progress: Progress = silent, metadata: dict | None = None):
        self.metadata = metadata or {}  # for the image
        self.narrowed: dict[tuple[Op, int], tuple[float, Narrow]] = {}  # (op, bits) -> its input's scale, its weights
        self.started = time.monotonic()
        self.settings, self.samples, self.progress = settings, samples, progress
        self.graph = graph
        ends = extremes(self.graph, samples, progress)
        self.equalized = 0
        if settings.equalize:
            largest = {t: abs(each).max(0) for t, each in ends.items()}
            self.equalized = equalization.equalize(self.graph, largest)
            if self.equalized:
                ends = extremes(self.graph, samples, progress)
        self.histograms, self.moments = histograms(self.graph, ends, samples, progress)
        self.take_ranges(METHODS[0] if settings.method == AUTO else settings.method)
        if settings.method == AUTO:
            self.settings = replace(settings, method=self.best_method())
            self.take_ranges(self.settings.method)

    def take_ranges(self, method: str) -> None:
        """Each activation's range, by a method. The largest numbers of the outputs are what they are for, so that these are never clipped."""
        steps = STEPS[self.settings.activations]
        self.ranges = {t: choose(h, "minmax" if t in self.graph.outputs else method, steps) for t, h in self.histograms.items()}

    def best_method(self) -> str:
        """The method whose ranges leave the least error in the outputs."""
        wanted, errors = Wanted(self.graph, self.samples), {}
        for method in self.progress(METHODS, "method"):
            self.take_ranges(method)
            made = self.make()
            errors[method] = wanted.error(made.graph, made.built.integer)
        return min(errors, key=errors.get)

    def whole(self) -> set[Op]:
        """The ops that get integers."""
        return {op for op in self.graph.ops if has_kernel(op, self.settings.activations)}

    def grouped(self, whole: set[Op]) -> tuple[Groups, dict[Tensor, Quantization]]:
        """(which tensors share a scale, the scale of each group)"""
        given = {t: q for t, q in zip(self.graph.inputs, self.settings.inputs) if q is not None}
        groups = Groups(self.graph, whole, self.settings.activations, given)
        tensors = activations(self.graph)
        tensors += [t for op in self.graph.ops if op in whole and not is_weighted(op) for t in op.inputs if is_real(t) and t.is_constant]
        members = groups.members(dict.fromkeys(tensors))
        scales = {top: groups.fixed.get(top) or scale_of_group(each, self.ranges, self.settings.activations) for top, each in members.items()}
        return groups, scales

    def narrow(self, op: Op, bits: int, scale: float, moments: Moments | None = None) -> Narrow:
        """An op's weights. moments: of its inputs, if they are not those of the calibration. The input's scale only bounds the bias, so what
        was made for another one is used again."""
        if moments is not None:
            return narrow(op, bits, scale, moments, self.settings.learn, self.settings.correct)
        if (op, bits) not in self.narrowed or self.narrowed[op, bits][0] / scale > 2:
            self.narrowed[op, bits] = scale, narrow(op, bits, scale, self.moments.get(op), self.settings.learn, self.settings.correct)
        return self.narrowed[op, bits][1]

    def best(self) -> Quantized:
        """The integer model that the settings ask for."""
        if self.settings.weights == 8 and self.settings.max_bytes is None:
            return self.make()
        bits = widths.choose(self)
        made = self.make(bits)
        if not self.settings.learn or 4 not in bits.values():
            return made
        scales = {op: made.built.ops[op].inputs[op.inputs.index(data_of(op))].scale for op in bits}
        settled = widths.settle(self.graph, list(bits), lambda op, moments: self.narrow(op, bits[op], scales[op], moments), self.samples, self.progress)
        return self.make(bits, settled)

    def make(self, bits: dict[Op, int] | None = None, settled: dict[Op, Narrow] | None = None) -> Quantized:
        """The integer model. bits: of the weights of ops that do not have eight; settled: weights that are known already."""
        whole = self.whole()
        while True:
            groups, scales = self.grouped(whole)
            weights = {}
            for op in self.graph.ops:
                if op in whole and is_weighted(op):
                    scale = float(scales[groups.top(data_of(op))].scale[0])
                    weights[op] = (settled or {}).get(op) or self.narrow(op, (bits or {}).get(op, 8), scale)
            built = Builder(self.graph, whole, self.settings.activations, groups, scales, weights).build(self.settings.float_ends)
            built.graph.metadata = self.metadata
            refused = {op for op, new in built.ops.items() if op in whole and (lowering := lowering_of(new)) and lowering.unsupported(new)}
            if not refused:
                break
            whole -= refused
        left = [op for op in self.graph.ops if op not in whole and any(is_real(t) for t in op.outputs)]
        return Quantized(self.graph, built, weights, self.settings, self.equalized, left, time.monotonic() - self.started)


def quantize(graph: Graph, samples: Samples, settings: Settings | None = None, progress: Progress = silent) -> Quantized:
    """An integer model of a float one, which is changed on the way.

    samples: for each inference the inputs, float32 and in the graph's shapes. MiteError for a model that cannot be quantized, or run.
    """
    return Quantizer(as_real(graph), samples, settings or Settings(), progress).best()
