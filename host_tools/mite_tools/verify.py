"""The reference and mite side by side: does every byte agree, op by op?

Numbers of float32 tensors may differ by TOLERANCE: functions like exp and tanh are rounded otherwise elsewhere. It is relative to the number,
or to a hundredth of the tensor's largest, where a small number is the difference of larger ones.

The reference is TFLite Micro's kernels (package tflite-micro), asked for every tensor of the model; for a model that they refuse,
LiteRT's reference kernels (package ai-edge-litert). Custom ops are the functions that were registered for them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mite

from .compile import Compiled, compile_model
from .errors import MiteError
from .graph import Graph, Op, Tensor
from .plan.lives import loops
from .plan.state import State
from .inputs import whole
from .program import LABEL, Constant, Part, Place, Program, is_output, root
from .reference import reference


TOLERANCE = 1e-5  # relative, of float32 numbers


@dataclass
class Row:
    """How one tensor compared over all runs."""

    op: str
    tensor: Tensor
    differ: int  # elements, by more than the tolerance if they are float32
    of: int
    largest: float  # difference
    close: int = 0  # float32 elements that differ, but not by more than that
    folded: int = 0  # elements of a run that are not there any more: a pass has shown that nothing needs them


@dataclass
class Verdict:
    rows: list[Row]  # every op's outputs, in the file's order
    runs: int
    reference: str

    @property
    def exact(self) -> bool:
        return not any(row.differ or row.close for row in self.rows)

    @property
    def good(self) -> bool:
        """Exact, but for float32 numbers that differ by less than the tolerance."""
        return not any(row.differ for row in self.rows)


def verify(path: str | Path, inputs: list[list[np.ndarray]] | None = None, random_runs: int = 4, seed: int = 0,
           ram: int | None = None, in_rows: bool = False) -> Verdict:  # fmt: skip
    """Compare mite with the reference on the given inputs (a list of runs, each a list of arrays) and on random ones."""
    compiled = compile_model(path, ram=ram, in_rows=in_rows)
    runs = list(inputs or ()) + random_inputs(compiled, random_runs, seed)
    check_inputs(compiled.graph, runs)
    rows = {t: Row(op.kind, t, 0, 0, 0.0) for op in compiled.source_ops for t in op.outputs if t.dtype != "resource"}
    values_of, name = reference(Path(path), [t.index for t in rows])
    model = mite.Model(compiled.image)
    for tensor, row in rows.items():
        row.folded = tensor.count
    for run in runs:
        expected = dict(zip(rows, values_of(run)))
        for tensor, channels, got in intermediates(model, compiled, run):
            if tensor in rows:
                rows[tensor].folded = tensor.count - got.size
                _compare(rows[tensor], expected[tensor].reshape(tensor.shape), got, channels)
    return Verdict(list(rows.values()), len(runs), name)


# Inputs that are indices: op -> (which input, that of the tensor that they lead into, or None for the output)
INDICES = {"GATHER": (1, 0), "GATHER_ND": (1, 0), "EMBEDDING_LOOKUP": (0, 1), "SCATTER_ND": (0, None), "ONE_HOT": (0, None), "SLICE": (1, 0),
           "DYNAMIC_UPDATE_SLICE": (2, 0)}  # fmt: skip
FOLLOWED = ("CAST", "RESHAPE", "EXPAND_DIMS", "SQUEEZE", "CONCATENATION", "PACK", "ADD", "SELECT_V2", "SELECT")  # indices stay indices


def random_inputs(compiled: Compiled, runs: int, seed: int) -> list[list[np.ndarray]]:
    """Inputs over the whole range of their type; float ones within +-1, and indices within what they lead into."""
    random = np.random.default_rng(seed)
    return [[_random(random, t, _limit(t, compiled.source_ops)) for t in compiled.graph.inputs] for _ in range(runs)]


def _limit(tensor: Tensor, ops: tuple[Op, ...]) -> int | None:
    """Above what no index in the tensor may be; None if it holds none."""
    found = []
    for op in ops:
        number, into = INDICES.get(op.kind, (None, None))
        if number is not None and op.inputs[number] is tensor:
            whole = op.outputs[0] if into is None else op.inputs[into]
            box = op.inputs[1].shape if op.kind == "DYNAMIC_UPDATE_SLICE" else op.outputs[0].shape if op.kind == "SLICE" else None
            found += [n - b + 1 for n, b in zip(whole.shape, box)] if box else whole.shape
        if op.kind in FOLLOWED and tensor in op.inputs:
            found.append(_limit(op.outputs[0], ops))
    return min((n for n in found if n is not None), default=None)


def _random(random, tensor: Tensor, limit: int | None = None) -> np.ndarray:
    if limit is not None and tensor.dtype in ("int16", "int32", "int64"):
        return random.integers(0, limit, tensor.shape, tensor.dtype)
    if tensor.dtype == "float32":
        return random.uniform(-1, 1, tensor.shape).astype(np.float32)
    if tensor.dtype == "bool":
        return random.integers(0, 2, tensor.shape).astype(bool)
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
    """Runs one inference step by step and yields (tensor of the file, its channels that are left or None for all, value) as soon as
    each is complete."""
    arena, state = np.frombuffer(model.arena, np.uint8), np.frombuffer(model.state, np.uint8)
    program, variables = compiled.program, State(compiled.program).offsets
    for tensor, array in zip(model.inputs, run):
        whole(model, tensor).data[:] = np.ascontiguousarray(array).tobytes()
    shown = [Shown(t, *compiled.graph.stand_in(t), program) for op in compiled.source_ops for t in op.outputs if t.dtype != "resource"]
    for each in shown:
        if each.owner.is_constant:  # what the host computed
            yield each.tensor, each.channels, each.owner.data.reshape(each.now.shape)

    def value(each: Shown):
        memory, at = (state, variables[each.owner]) if each.owner.is_variable else (arena, compiled.plan.offsets[each.owner])
        raw = memory[at + each.begin : at + each.end]
        if (each.tensor.dtype, each.now.dtype) == ("uint8", "int8"):  # of the first scheme
            raw = raw ^ 128
        return each.tensor, each.channels, np.frombuffer(raw.tobytes(), each.tensor.dtype).reshape(each.now.shape)

    inputs = {root(t) for t in program.held_inputs()}
    yield from (value(each) for each in shown if each.owner in inputs)
    complete = _completed(program, shown)
    past = -1
    for following in _steps(model, compiled):
        for number in range(past + 1, following):
            past = number
            yield from map(value, complete.get(number, ()))


class Shown:
    """A tensor of the file, and where its value can be seen: a run of bytes of the tensor that owns the memory."""

    def __init__(self, tensor: Tensor, now: Tensor, channels: np.ndarray | None, program: Program):
        self.tensor, self.now, self.channels = tensor, now, channels
        self.owner, self.begin = program.parts.get(root(now), (root(now), 0))
        self.end = self.begin + now.bytes


def _completed(program: Program, shown: list[Shown]) -> dict[int, list[Shown]]:
    """For each record what is complete when what runs next lies behind it: where it was the last to write any of its bytes."""
    joined = {owner for owner, _ in program.parts.values()}  # among them tensors of the arena that were moved to the state
    touched: dict[Tensor, list[tuple[int, int, int]]] = {}
    for number, record in enumerate(program.records):
        for name, place in record.places():
            if is_output(name) and not isinstance(place, Constant):
                owner = root(place.tensor if isinstance(place, Part) else place)
                if owner in joined or not owner.is_variable:
                    touched.setdefault(owner, []).append((number, *record.span(name)))
    around, found = loops(program), {}
    for each in shown:
        last = max((number for number, begin, end in touched.get(each.owner, ()) if begin < each.end and each.begin < end), default=-1)
        for begin, end in around:
            if begin <= last <= end:
                last = end
        found.setdefault(last, []).append(each)
    found.pop(-1, None)
    return found


def _steps(model: mite.Model, compiled: Compiled):
    """Runs one inference step by step and yields after each the number of the record that is next; at the end that behind the last one."""
    records, number = compiled.program.records, 0
    at = {id(record): number for number, record in enumerate(records)}
    while number < len(records):
        record = records[number]
        number += 1
        if record.op is not LABEL:
            if record.op.op == "JUMP" and not _condition(record.values["condition"], model, compiled):
                number = at[id(record.values["target"])]
            model.step()
        yield number


def _condition(place: Place, model: mite.Model, compiled: Compiled) -> bool:
    """Whether the byte by which a JUMP is decided is one."""
    if isinstance(place, Constant):
        return any(place.data)
    if root(place).is_constant:
        return bool(root(place).data.any())
    offset = compiled.plan.offset(place)
    return bool(model.arena[offset])


def _compare(row: Row, expected: np.ndarray, got: np.ndarray, channels: np.ndarray | None) -> None:
    """channels: those of the last dimension that are left, None for all."""
    if channels is not None:
        expected = np.ascontiguousarray(expected[..., channels])
    expected = expected.reshape(got.shape)
    row.of += got.size
    if got.dtype == np.float32:
        unequal = (expected != got) & ~(np.isnan(expected) & np.isnan(got))
        with np.errstate(all="ignore"):
            size = np.abs(expected.astype(float))
            size = np.maximum(size, np.max(size, initial=0, where=np.isfinite(size)) / 100)
            close = unequal & (np.abs(expected.astype(float) - got.astype(float)) <= TOLERANCE * size)
        row.close += int(close.sum())
        row.differ += int((unequal & ~close).sum())
    else:
        unequal = expected.view(np.uint8 if got.itemsize == 1 else f"u{got.itemsize}") != got.view(f"u{got.itemsize}")
        row.differ += int(unequal.sum())
    if unequal.any():
        row.largest = max(row.largest, float(np.abs(expected.astype(float) - got.astype(float)).max()))
