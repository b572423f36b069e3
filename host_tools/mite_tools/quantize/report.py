"""What quantization cost: each layer beside the float model's, answers on labelled data, bytes."""

from dataclasses import asdict, dataclass, field

import numpy as np

from ..graph import Tensor
from .data import Data
from .observe import Progress, Samples
from .post import Quantized
from .runner import Runner, as_numbers, real_values

LOOKED_AT = 32  # samples of which every layer is compared
WORST = 3  # layers that are named
EXACT_DB = 99.0  # for layers without any error


@dataclass
class Layer:
    """One op's output."""

    op: str
    name: str
    shape: list[int]
    weights: str  # type of its weights, or nothing
    snr_db: float  # of the numbers against the float model's: signal to noise


@dataclass
class Report:
    layers: list[Layer] = field(default_factory=list)
    worst: list[int] = field(default_factory=list)  # numbers of layers, the worst first
    samples: int = 0  # whose answers were compared
    agreement: float | None = None  # share of the samples with the float model's top answer, of a classifier
    float_accuracy: float | None = None  # on labelled samples
    accuracy: float | None = None
    output_snr_db: float | None = None
    before_bytes: int = 0  # of the .tflite files
    after_bytes: int = 0
    float_ops: int = 0  # that stayed
    settings: dict = field(default_factory=dict)
    seconds: float = 0.0

    def as_dict(self) -> dict:
        return asdict(self)


def report(made: Quantized, looked_at: Samples, test: Data, before_bytes: int, after_bytes: int, progress: Progress) -> Report:
    """looked_at: samples of which every layer is compared; test: those whose answers are."""
    found = Report(layers(made, looked_at[:LOOKED_AT], progress), before_bytes=before_bytes, after_bytes=after_bytes,
                   float_ops=len(made.left), settings=made.settings.as_dict(), seconds=made.seconds, samples=len(test.samples))  # fmt: skip
    order = sorted(range(len(found.layers)), key=lambda n: found.layers[n].snr_db)
    found.worst = [n for n in order[:WORST] if found.layers[n].snr_db < EXACT_DB]
    mine, theirs = answers(made, test.samples, progress)
    if mine:
        found.output_snr_db = snr_db(np.array(theirs), np.array(mine))
        if is_classifier(made.real.outputs[0]):
            top, wanted = np.array(mine).argmax(1), np.array(theirs).argmax(1)
            found.agreement = float((top == wanted).mean())
            known = [n for n, each in enumerate(test.classes) if each is not None]
            if known:
                classes = np.array([test.classes[n] for n in known])
                found.accuracy, found.float_accuracy = float((top[known] == classes).mean()), float((wanted[known] == classes).mean())
    return found


def is_classifier(output: Tensor) -> bool:
    """Is it one row of numbers, of which the largest is the answer?"""
    return output.dtype == "float32" and 1 < output.count == output.shape[-1] <= 10000


def layers(made: Quantized, samples: Samples, progress: Progress) -> list[Layer]:
    """Every op of the float model with integers in its place."""
    real, numbers = Runner(made.real), Runner(made.graph)
    wanted = [(op, t, made.built.integer[t]) for op in made.real.ops for t in op.outputs if t in made.built.integer]
    signal, noise = np.zeros(len(wanted)), np.zeros(len(wanted))
    for inputs in progress(samples, "layers"):
        real.run(inputs)
        numbers.run(as_numbers(made.graph, inputs))
        for place, (_, theirs, mine) in enumerate(wanted):
            expected = real.value(theirs).astype(np.float64)
            difference = real_values(mine, numbers.value(mine)) - expected
            signal[place] += np.vdot(expected, expected)
            noise[place] += np.vdot(difference, difference)
    return [Layer(op.kind, t.name, list(t.shape), made.built.ops[op].inputs[1].dtype if op in made.weights else "", decibels(*both))
            for (op, t, _), both in zip(wanted, zip(signal, noise))]  # fmt: skip


def answers(made: Quantized, samples: Samples, progress: Progress) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(the first output of each sample in real numbers, flat; the float model's)"""
    if not samples or made.real.outputs[0].dtype != "float32":
        return [], []
    real, numbers = Runner(made.real), Runner(made.graph)
    output, mine, theirs = made.graph.outputs[0], [], []
    for inputs in progress(samples, "answers"):
        theirs.append(real.outputs(inputs)[0].reshape(-1))
        mine.append(real_values(output, numbers.outputs(as_numbers(made.graph, inputs))[0]).reshape(-1))
    return mine, theirs


def snr_db(wanted: np.ndarray, got: np.ndarray) -> float:
    difference = got.astype(np.float64) - wanted
    return decibels(float((wanted.astype(np.float64) ** 2).sum()), float((difference**2).sum()))


def decibels(signal: float, noise: float) -> float:
    """At most EXACT_DB."""
    return EXACT_DB if noise == 0 else float(min(max(10 * np.log10(max(signal, 1e-30) / noise), -EXACT_DB), EXACT_DB))
