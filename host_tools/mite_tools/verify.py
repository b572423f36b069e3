"""The reference and mite side by side: does every byte agree, op by op?

The final outputs come from TFLite Micro's reference kernels (package tflite-micro), the tensors between from LiteRT's
(package ai-edge-litert), which keep every intermediate tensor.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mite

from .compile import Compiled, compile_model
from .errors import MiteError
from .graph import Graph, Tensor
from .program import root


@dataclass
class Row:
    """How one tensor compared over all runs."""

    op: str
    tensor: Tensor
    differ: int  # elements
    of: int
    largest: float  # difference


@dataclass
class Verdict:
    rows: list[Row]  # every op's outputs, against LiteRT's reference kernels
    outputs: list[Row]  # the model's outputs, against TFLite Micro's
    runs: int

    @property
    def exact(self) -> bool:
        return not any(row.differ for row in (*self.rows, *self.outputs))


def verify(path: str | Path, inputs: list[list[np.ndarray]] | None = None, random_runs: int = 4, seed: int = 0) -> Verdict:
    """Compare mite with the reference on the given inputs (a list of runs, each a list of arrays) and on random ones."""
    compiled = compile_model(path)
    runs = list(inputs or ()) + random_inputs(compiled.graph, random_runs, seed)
    check_inputs(compiled.graph, runs)
    rows = {t: Row(op.kind, t, 0, 0, 0.0) for op in compiled.source_ops for t in op.outputs}
    outputs = {t: Row("output", t, 0, 0, 0.0) for t in compiled.graph.outputs}
    litert, micro = _litert(path), _micro(path)
    model = mite.Model(compiled.image)
    for run in runs:
        expected = litert(run)
        for tensor, got in intermediates(model, compiled, run):
            if tensor in rows:
                _compare(rows[tensor], expected(tensor.index), got)
        answers = micro(run) if micro else [expected(t.index) for t in compiled.graph.outputs]
        for tensor, answer, got in zip(compiled.graph.outputs, answers, model.outputs):
            _compare(outputs[tensor], answer, np.frombuffer(got.data, tensor.dtype).reshape(tensor.shape))
    return Verdict(list(rows.values()), list(outputs.values()), len(runs))


def random_inputs(graph: Graph, runs: int, seed: int) -> list[list[np.ndarray]]:
    """Inputs over the whole range of their type; float ones within +-1."""
    random = np.random.default_rng(seed)
    return [[_random(random, t) for t in graph.inputs] for _ in range(runs)]


def _random(random, tensor: Tensor) -> np.ndarray:
    if tensor.dtype == "float32":
        return random.uniform(-1, 1, tensor.shape).astype(np.float32)
    limits = np.iinfo(tensor.dtype)
    return random.integers(limits.min, limits.max, tensor.shape, tensor.dtype, endpoint=True)


def check_inputs(graph: Graph, runs: list[list[np.ndarray]]) -> None:
    """MiteError if an array does not fit its input."""
    for run in runs:
        if len(run) != len(graph.inputs):
            raise MiteError(f"{graph.name} takes {len(graph.inputs)} inputs, {len(run)} were given")
        for tensor, array in zip(graph.inputs, run):
            if array.shape != tensor.shape or array.dtype != tensor.dtype:
                raise MiteError(
                    f"input {tensor.name} is {tensor.dtype} of shape {tensor.shape}, not {array.dtype} of {array.shape}"
                )


def intermediates(model: mite.Model, compiled: Compiled, run: list[np.ndarray]):
    """Runs one inference step by step and yields (tensor, value) as soon as each tensor is complete."""
    arena = np.frombuffer(model.arena, np.uint8)
    for tensor, array in zip(model.inputs, run):
        tensor.data[:] = np.ascontiguousarray(array).tobytes()
    views: dict[Tensor, list[Tensor]] = {}
    for op in compiled.source_ops:
        for t in op.outputs:
            views.setdefault(root(t), []).append(t)

    def values(owner: Tensor):
        at = compiled.plan.offsets[owner]
        raw = arena[at : at + owner.bytes].tobytes()
        for t in views.get(owner, ()):
            yield t, np.frombuffer(raw, t.dtype).reshape(t.shape)

    for tensor in compiled.graph.inputs:
        yield from values(tensor)
    records = compiled.program.records
    last = {owner: number for number, record in enumerate(records) for owner in record.writes()}
    for number, record in enumerate(records):
        model.step()
        for owner in record.writes():
            if last[owner] == number:
                yield from values(owner)


def _compare(row: Row, expected: np.ndarray, got: np.ndarray) -> None:
    expected = expected.reshape(got.shape)
    row.of += got.size
    unequal = expected.view(np.uint8 if got.itemsize == 1 else f"u{got.itemsize}") != got.view(f"u{got.itemsize}")
    row.differ += int(unequal.sum())
    if unequal.any():
        row.largest = max(row.largest, float(np.abs(expected.astype(float) - got.astype(float)).max()))


def _litert(path):
    """A function from a run's inputs to (a function from a tensor's index to its value)."""
    try:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
    except ImportError:
        raise MiteError("`mite verify` needs the reference kernels: pip install 'micropython-mite[verify]'") from None
    interpreter = Interpreter(
        str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF, experimental_preserve_all_tensors=True
    )
    interpreter.allocate_tensors()

    def run(inputs):
        for detail, array in zip(interpreter.get_input_details(), inputs):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
        return interpreter.get_tensor

    return run


def _micro(path):
    """A function from a run's inputs to TFLite Micro's outputs; None for a model with uint8 inputs, which it refuses."""
    try:
        from tflite_micro import runtime
    except ImportError:
        raise MiteError("`mite verify` needs the reference kernels: pip install 'micropython-mite[verify]'") from None
    try:
        interpreter = runtime.Interpreter.from_file(str(path))
    except RuntimeError:
        return None

    def run(inputs):
        for number, array in enumerate(inputs):
            interpreter.set_input(array, number)
        interpreter.invoke()
        return [interpreter.get_output(i) for i in range(count)]

    from .tflite.read import read

    count = len(read(path).outputs)
    return run
