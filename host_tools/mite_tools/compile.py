"""The compiler: from a .tflite file to an image, stage by stage."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from . import calls
from . import fit
from . import plan as planner
from . import tables
from .errors import ConvertError
from .graph import Graph, Op
from .image.pack import State, pack
from .ops import lowering_of
from .ops.base import types
from .passes import EARLY, PIPELINE, first_scheme
from .program import Program
from .tflite.read import read

STAGES = ("read", "passes", "program", "plan")


@dataclass
class Compiled:
    """An image and how it came about."""

    image: bytes
    graph: Graph
    program: Program
    plan: planner.Plan
    saved: dict[str, str]  # pass -> what it saved
    source_ops: tuple[Op, ...]  # the ops of the file, as they were before the passes

    @property
    def memory_bytes(self) -> int:
        """Of arena and state."""
        return self.plan.arena_bytes + State(self.program).bytes


def compile_model(path: str | Path, metadata: dict | None = None, dump: str | None = None, ram: int | None = None,
                  in_rows: bool = False, without: Collection[str] = (), speed: bool = False, processor: str | None = None) -> Compiled:  # fmt: skip
    """Compile a .tflite file.

    metadata: added to the image's JSON beside the names of the model, its inputs and outputs. dump: a stage of STAGES to print.
    ram: bytes that arena and state may have together; ops are computed in bands of rows where that is needed.
    in_rows: the first input comes in rows (mite.Model.rows), and is never there as a whole.
    without: passes of the PIPELINE that are left out, "halves", and what plan.make() can do without; for comparison.
    speed: RAM is spent where kernels are faster with more. processor: flash is, too, where kernels of that one are (a name of bench/targets.py);
    the image still runs everywhere.
    Raises ConvertError, with everything that is not supported in one message.
    """
    return compile_graph(read(path), metadata, dump, ram, in_rows, without, speed, processor)


def compile_graph(graph: Graph, metadata: dict | None = None, dump: str | None = None, ram: int | None = None,
                  in_rows: bool = False, without: Collection[str] = (), speed: bool = False, processor: str | None = None) -> Compiled:  # fmt: skip
    """Compile a graph, which is changed on the way. The arguments are those of compile_model()."""
    _dump(dump, "read", graph.ops)
    metadata = graph.metadata | (metadata or {})
    source_ops = tuple(replace(op, inputs=list(op.inputs), outputs=list(op.outputs)) for op in graph.ops)
    saved = prepare(graph)
    check(graph)
    passes = [each for each in PIPELINE if _name(each) not in without]
    saved |= _run(passes, graph)
    for inner in calls.graphs(graph):
        _run(passes, inner)
    measure = fit.Planner(_needed, lambda part, enough: planner.estimate(lower(part), enough))
    spare = 0
    if ram is not None:
        graph, saved["bands"] = fit.fit(graph, ram, measure, in_rows)
    elif "halves" not in without:
        graph, saved["halves"], spare = fit.halved(graph, measure)
    _dump(dump, "passes", graph.ops)
    program = lower(graph, processor)
    _dump(dump, "program", ((record.op.op, record.values) for record in program.records))
    plan = planner.make(program, without, speed, spare)
    _dump(dump, "plan", sorted(((offset, t.bytes, t) for t, offset in plan.offsets.items()), key=lambda row: row[:2]))
    names = {"name": graph.name, "inputs": [t.name for t in graph.inputs], "outputs": [t.name for t in graph.outputs]}
    image = pack(program, plan, names | metadata)
    return Compiled(image, graph, program, plan, saved, source_ops)


def prepare(graph: Graph) -> dict[str, str]:
    """Compute what the host can know, in subgraphs too; what each pass saved in the graph itself."""
    saved = _run(EARLY, graph)
    calls.tell(graph)
    for inner in calls.graphs(graph):
        _run(EARLY, inner)
    return saved


def _run(passes, graph: Graph) -> dict[str, str]:
    return {_name(module): module.run(graph) for module in passes}


def _name(module) -> str:
    return module.__name__.split(".")[-1]


def problems(graph: Graph) -> Counter:
    """(op, types, reason) -> how often, for every op that cannot be lowered."""
    found: Counter = Counter()
    for op in calls.every_op(graph):
        try:
            # A uint8 op is asked for as what the passes will make of it.
            asked = first_scheme.as_int8(op, {}) if first_scheme.takes(op) else op
            lowering = lowering_of(asked)
            reason = lowering.unsupported(asked) if lowering else "there is no such op in mite yet"
        except (KeyError, IndexError, AttributeError, TypeError, ValueError) as error:
            reason = f"unusual: {type(error).__name__} {error}"
        if reason:
            found[op.kind, types(op), reason] += 1
    return found


def check(graph: Graph) -> None:
    """ConvertError that lists every unsupported op, with its count, types and reason."""
    found = problems(graph)
    if found:
        lines = [f"  {count} x {kind} ({kinds}): {reason}" for (kind, kinds, reason), count in found.most_common()]
        raise ConvertError("\n".join([f"{graph.name} has {sum(found.values())} ops that mite cannot run:", *lines]))


def lower(graph: Graph, processor: str | None = None) -> Program:
    """The program of a graph whose ops are all supported. processor: as for compile_model()."""
    program = Program(graph, processor)
    for op in graph.ops:
        program.source = op
        lowering_of(op).lower(op, program)
    tables.join(program)
    return program


def _needed(graph: Graph) -> int:
    """Bytes of arena and state."""
    return planner.needed(lower(graph))


def _dump(wanted: str | None, stage: str, rows) -> None:
    if wanted == stage:
        for row in rows:
            print(row)
