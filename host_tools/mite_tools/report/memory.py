"""What lies where in the arena, when: the figures behind `mite report`."""

from dataclasses import dataclass

from ..board.catalogue import Board
from ..compile import Compiled
from ..graph import Tensor
from ..image.describe import OpInfo, describe
from ..program import LABEL, root
from .estimate import estimate

INPUT, OUTPUT, BETWEEN, SCRATCH = "input", "output", "activations", "scratch"
KINDS = (INPUT, BETWEEN, OUTPUT, SCRATCH)


@dataclass(frozen=True)
class Block:
    """Bytes of the arena [begin, end) that a tensor needs from column `first` to `last`, both included. number: the tensor's row."""

    number: int
    begin: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Row:
    """A tensor that has memory of its own. begin, end: bytes of the arena; first, last: columns."""

    name: str
    kind: str  # one of KINDS
    begin: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Step:
    """A column of the picture: an op, or what is before the first or behind the last. info: None for what is no record of the image.

    live_bytes: of what is needed then, each byte of the arena once.
    """

    name: str
    info: OpInfo | None
    instructions: int
    live_bytes: int


@dataclass(frozen=True)
class Memory:
    """A model's memory over time. The columns are its steps: 0 is before the first op."""

    name: str
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    steps: tuple[Step, ...]
    totals: dict  # as `mite info --json`
    peak: int  # the column in which most bytes of the arena are needed
    guessed: tuple[str, ...]  # ops whose instructions were never measured

    def words(self, column: int) -> str:
        """A column in words."""
        if column in (0, len(self.steps) - 1):
            return f"{self.steps[column].name} the inference"
        return f"op {column - 1}, {self.steps[column].name}"

    def at(self, column: int) -> list[Row]:
        """The tensors that are needed then, the largest first."""
        alive = {block.number for block in self.blocks if block.first <= column <= block.last}
        return sorted((self.rows[number] for number in alive), key=lambda row: row.begin - row.end)


def memory(compiled: Compiled, board: Board) -> Memory:
    """Of a compiled model; instructions are those of a board's processor."""
    info, program, plan = describe(compiled.image), compiled.program, compiled.plan
    inputs, outputs = ({root(t) for t in tensors} for tensors in (compiled.graph.inputs, compiled.graph.outputs))
    scratch = {id(record.scratch): number for number, record in enumerate(program.records) if record.scratch is not None}
    last = len(program.records) + 1
    rows, blocks = [], []
    for life in sorted(plan.lives, key=lambda life: (life.first, plan.offsets[life.tensor])):
        tensor, at = life.tensor, plan.offsets[life.tensor]
        kind = SCRATCH if id(tensor) in scratch else OUTPUT if tensor in outputs else INPUT if tensor in inputs else BETWEEN
        name = f"scratch memory of op {scratch[id(tensor)]}" if kind == SCRATCH else _name(tensor, len(rows))
        for span in life.spans:
            blocks.append(Block(len(rows), at + span.begin, at + span.end, span.first + 1, min(span.last + 1, last)))
        rows.append(Row(name, kind, at, at + tensor.bytes, life.first + 1, min(life.last + 1, last)))
    found = iter(info.ops)
    records = [None if record.op is LABEL else next(found) for record in program.records]
    names = ["before", *(record.op.op for record in program.records), "after"]
    target = board.settings["speed"]["instructions"]
    steps = tuple(
        Step(name, op, estimate((op,), target).instructions if op else 0, _covered(blocks, column))
        for column, (name, op) in enumerate(zip(names, [None, *records, None]))
    )
    peak = max(range(len(steps)), key=lambda column: steps[column].live_bytes)
    return Memory(
        compiled.graph.name, tuple(rows), tuple(blocks), steps, info.totals(), peak, estimate(info.ops, target).guessed
    )  # fmt: skip


def _name(tensor: Tensor, number: int) -> str:
    return tensor.name or f"tensor {number}"


def _covered(blocks: list[Block], column: int) -> int:
    """How many bytes are needed in a column; outputs may lie over inputs."""
    total = reached = 0
    for begin, end in sorted((block.begin, block.end) for block in blocks if block.first <= column <= block.last):
        total += max(end - max(begin, reached), 0)
        reached = max(reached, end)
    return total
