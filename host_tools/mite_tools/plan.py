"""Where each tensor lies in the arena."""

from dataclasses import dataclass

from .errors import ConvertError
from .graph import Tensor
from .program import Program, root

ALIGN = 4  # bytes; int32 and float32 tensors need it


@dataclass(frozen=True)
class Life:
    """From the record that first writes a tensor (-1: an input) to the last that needs it, both included."""

    tensor: Tensor
    first: int
    last: int

    def meets(self, other: "Life") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Plan:
    offsets: dict[Tensor, int]  # of the tensors that own memory
    arena_bytes: int
    lives: tuple[Life, ...]

    def offset(self, tensor: Tensor) -> int:
        """Where a tensor, or what it is a view of, begins."""
        return self.offsets[root(tensor)]


def lives(program: Program) -> tuple[Life, ...]:
    """How long each tensor of a program must be kept. Inputs are there from the start, outputs to the end."""
    end = len(program.records)
    first: dict[Tensor, int] = {root(t): -1 for t in program.graph.inputs}
    last: dict[Tensor, int] = dict.fromkeys(first, -1)
    for number, record in enumerate(program.records):
        for tensor in (*record.reads(), *record.writes()):
            first.setdefault(tensor, number)
            last[tensor] = number
        if record.scratch is not None:
            first[record.scratch] = last[record.scratch] = number
    for tensor in program.graph.outputs:
        owner = root(tensor)
        if owner not in first:
            raise ConvertError(f"output {tensor.name} is written by no op")
        last[owner] = end
    return tuple(Life(t, first[t], last[t]) for t in first)


def make(program: Program) -> Plan:
    """A plan with a small arena: the best of a few greedy placements."""
    alive = lives(program)
    orders = (
        lambda l: (-l.tensor.bytes, l.first),
        lambda l: (l.first, -l.tensor.bytes),
        lambda l: (-(l.last - l.first) * l.tensor.bytes, l.first),
        lambda l: (-_pressure(l, alive), -l.tensor.bytes),
    )
    offsets = min((_place(sorted(alive, key=order)) for order in orders), key=_size)
    _grow_scratch(program, alive, offsets)
    plan = Plan(offsets, _size(offsets), alive)
    verify(plan)
    return plan


def _grow_scratch(program: Program, alive: tuple[Life, ...], offsets: dict[Tensor, int]) -> None:
    """Give each op the scratch memory with which it is fastest, as far as the arena has room for it at that moment."""
    end = _size(offsets)
    for number, record in enumerate(program.records):
        if record.scratch is None or record.scratch_most <= record.scratch.bytes:
            continue
        taken = sorted((offsets[l.tensor], offsets[l.tensor] + _round(l.tensor.bytes)) for l in alive
                       if l.first <= number <= l.last and l.tensor is not record.scratch)  # fmt: skip
        gaps, at = [], 0
        for begin, stop in (*taken, (end, end)):
            gaps.append((begin - at, at))
            at = max(at, stop)
        room, place = max(gaps)
        if room > record.scratch.bytes:
            record.set_scratch(min(room, record.scratch_most) // ALIGN * ALIGN)
            offsets[record.scratch] = place


def _round(value: int) -> int:
    return -(-value // ALIGN) * ALIGN


def _size(offsets: dict[Tensor, int]) -> int:
    return max((offset + _round(tensor.bytes) for tensor, offset in offsets.items()), default=0)


def _pressure(life: Life, alive: tuple[Life, ...]) -> int:
    """The most bytes that are needed at any moment of this life."""
    moments = range(life.first, life.last + 1)
    return max(sum(l.tensor.bytes for l in alive if l.first <= m <= l.last) for m in moments)


def _place(ordered: list[Life]) -> dict[Tensor, int]:
    """Each tensor in turn at the lowest offset where it meets no other that lives at the same time."""
    placed: list[tuple[int, int, Life]] = []
    offsets: dict[Tensor, int] = {}
    for life in ordered:
        at = 0
        for begin, end, _ in sorted((p for p in placed if p[2].meets(life)), key=lambda p: p[0]):
            if at + life.tensor.bytes <= begin:
                break
            at = max(at, _round(end))
        offsets[life.tensor] = at
        placed.append((at, at + life.tensor.bytes, life))
    return offsets


def verify(plan: Plan) -> None:
    """AssertionError if two tensors that live at the same time share a byte, or one leaves the arena."""
    alive = sorted(plan.lives, key=lambda l: l.first)
    for number, life in enumerate(alive):
        begin = plan.offsets[life.tensor]
        end = begin + life.tensor.bytes
        assert begin % ALIGN == 0 and 0 <= begin and end <= plan.arena_bytes, f"{life.tensor} leaves the arena"
        for other in alive[number + 1 :]:
            if life.meets(other):
                start = plan.offsets[other.tensor]
                assert end <= start or start + other.tensor.bytes <= begin, f"{life.tensor} and {other.tensor} overlap"
