"""The pre-flight: will this model run, what does it need, and if not, what would help?"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import mite.signal

from ..calls import every_op
from ..compile import compile_graph, prepare, problems
from ..graph import Graph
from ..image.describe import ImageInfo, describe
from ..ops import LOWERINGS
from ..ops.base import types
from ..tflite.read import read

INTEGER, WIDE, FIRST_SCHEME, HYBRID, FLOAT = "int8", "int16", "uint8", "hybrid", "float"

CONVERT = "convert the whole model to"  # how an op's help begins that repeats the model's

_KINDS = {
    INTEGER: "an int8 model",
    WIDE: "a 16x8 model: int8 weights, int16 activations",
    FIRST_SCHEME: "a uint8 model of TensorFlow Lite's first quantization scheme",
    HYBRID: "a hybrid model: int8 weights, but float32 activations",
    FLOAT: "a float32 model",
}
_QUANTIZE = "mite quantize MODEL.tflite --data FOLDER, with a hundred pictures, recordings or arrays like those that it will see"
_HELP = {
    INTEGER: "",
    WIDE: "",
    FIRST_SCHEME: "convert it again with today's converter, which makes int8",
    HYBRID: f"{_QUANTIZE}, makes it int8 altogether",
    FLOAT: f"{_QUANTIZE}, makes it int8",
}


_BETTER = {FLOAT: "as int8 it would be about 4 x smaller, and faster: " + _QUANTIZE}  # of models that run


@dataclass(frozen=True)
class Row:
    """All ops of one kind with the same types."""

    kind: str
    types: str
    count: int
    problem: str = ""  # why it cannot be run; empty if it can
    help: str = ""  # what would help; for an op of the user's own, what it needs


@dataclass
class Report:
    """What the pre-flight found. totals: as `mite info --json`; empty if the model cannot be run."""

    name: str
    kind: str  # one of INTEGER, WIDE, FIRST_SCHEME, HYBRID, FLOAT
    rows: list[Row]
    totals: dict = field(default_factory=dict)
    info: ImageInfo | None = None  # of the image, if it can be run
    failure: str = ""  # the compiler's own words, where every op seemed fine

    @property
    def runs(self) -> bool:
        return bool(self.totals)

    @property
    def description(self) -> str:
        return _KINDS[self.kind]

    @property
    def advice(self) -> str:
        """What would make the whole model one that runs, or nothing."""
        return "" if self.runs else _HELP[self.kind]

    @property
    def hint(self) -> str:
        """What would make a model that runs a better one, or nothing."""
        return _BETTER.get(self.kind, "") if self.runs else ""


def check(path: str | Path) -> Report:
    """The report on a .tflite file. ConvertError if it is not one."""
    graph = read(path)
    kind, rows = model_kind(graph), op_rows(graph)
    report = Report(graph.name, kind, rows)
    if not any(row.problem for row in rows):
        try:
            report.info = describe(compile_graph(graph).image)
            report.totals = report.info.totals()
        except Exception as error:  # a lowering that stumbles is a finding, too
            report.failure = f"{type(error).__name__}: {error}"
    return report


def remark(path: str | Path, runs: bool) -> str:
    """What `mite convert` says of a model beside its figures, or beside the reason why it does not run; mostly nothing."""
    kind = model_kind(read(path))
    if runs:
        return _BETTER.get(kind, "")
    return f"it is {_KINDS[kind]}; what would help: {_HELP[kind]}" if kind == HYBRID else ""


def op_rows(graph: Graph) -> list[Row]:
    """Every kind of op with its count, types and verdict, in the order of first appearance; those in trouble first."""
    counts = Counter((op.kind, types(op)) for op in every_op(graph))
    prepare(graph)  # what the host computes is no trouble
    troubled: Counter = Counter()
    rows = []
    for (kind, kinds, reason), count in problems(graph).items():
        troubled[kind, kinds] += count
        rows.append(Row(kind, kinds, count, reason, _help(kind, kinds, reason)))
    rows += [Row(kind, kinds, left, "", needed(kind)) for (kind, kinds), count in counts.items() if (left := count - troubled[kind, kinds])]
    return rows


def needed(kind: str) -> str:
    """What a program must do for an op of the user's own."""
    own = kind.startswith("CUSTOM:") and kind not in LOWERINGS
    return f"needs {registration(kind.removeprefix('CUSTOM:'))}" if own else ""


def registration(name: str) -> str:
    """What registers the custom op of this name."""
    return "import mite.signal; mite.signal.register()" if name in mite.signal.OPS else f'mite.register("{name}", function)'


def model_kind(graph: Graph) -> str:
    """INTEGER, WIDE, FIRST_SCHEME, HYBRID or FLOAT, by what the ops with weights work on."""
    weighted = [op for op in graph.ops if len(op.inputs) > 1 and op.inputs[0] is not None and any(
        t is not None and t.is_constant and t.dtype in ("int8", "uint8", "float32", "int4") for t in op.inputs[1:])]  # fmt: skip
    pairs = {(op.inputs[0].dtype, t.dtype) for op in weighted for t in op.inputs[1:2] if t is not None}
    if any(data == "float32" and weight in ("int8", "uint8", "int4") for data, weight in pairs):
        return HYBRID
    if any(data == "uint8" for data, _ in pairs):
        return FIRST_SCHEME
    if any(data == "int16" for data, _ in pairs):
        return WIDE
    outputs = [t.dtype for op in graph.ops for t in op.outputs]
    if outputs.count("float32") > len(outputs) / 2:
        return FLOAT
    return FIRST_SCHEME if outputs.count("uint8") > len(outputs) / 2 else INTEGER


def _help(kind: str, kinds: str, reason: str) -> str:
    """What would help with one op."""
    if kind.startswith("CUSTOM:Flex"):
        return "a TensorFlow op: convert without SELECT_TF_OPS"
    if "float32" in kinds:
        return f"{CONVERT} int8: its tensors are float32"
    if "uint8" in kinds:
        return f"{CONVERT} int8: its tensors are uint8"
    if "int16" in kinds:
        return "quantize the activations to int8, not int16"
    if "is not constant" in reason:
        return "give the model fixed shapes, so that the converter can compute this input"
    if "scale" in reason:
        return "convert it again: the reference wants other scales here, too"
    return "replace it in the model by ops that are there (SPEC.md lists them)"
