"""Where each tensor lies in the arena."""

from collections.abc import Collection
from dataclasses import dataclass

from ..graph import Tensor
from ..program import Program, Record, root
from .lives import Life, lives
from .order import reorder
from .parts import in_parts
from .place import ALIGN, place, rounded
from .state import State
from .streams import in_state
from .verify import verify

__all__ = ["Life", "Plan", "estimate", "lives", "make", "verify"]


QUICK_EFFORT = 100_000  # of a search for places
MOST_MOVES = 12  # ops that tensors are moved for


@dataclass(frozen=True)
class Plan:
    offsets: dict[Tensor, int]  # of the tensors that own memory
    arena_bytes: int
    lives: tuple[Life, ...]
    least_bytes: int  # of an arena in which kernels have no more scratch memory than they must

    def offset(self, tensor: Tensor) -> int:
        """Where a tensor, or what it is a view of, begins."""
        return self.offsets[root(tensor)]

    @property
    def apart_bytes(self) -> int:
        """What the arena would need at least if no two tensors that live at the same time shared a byte, but not less than it has."""
        moments = {moment for life in self.lives for moment in (life.first, life.last)}
        most = (sum(rounded(life.tensor.bytes) for life in self.lives if life.first <= m <= life.last) for m in moments)
        return max(self.arena_bytes, *most) if moments else self.arena_bytes


def make(program: Program, without: Collection[str] = (), speed: bool = False, spare: int = 0) -> Plan:
    """A plan with a small arena. The program's records may be put in another order for it, and get their scratch memory.

    Copies that only join parts, or cut them out, go where that does not take more memory, arena and state together; and those of
    frames that a streaming model remembers.
    without: "parts" leaves those copies, "overlap" keeps outputs apart from inputs; for comparison.
    speed: scratch memory is given even where the arena grows by it.
    spare: the arena may grow by so many bytes where that makes a kernel faster.
    """
    overlap = "overlap" not in without
    _, way, alive, offsets = _best(program, "parts" not in without, overlap, speed)
    least = _size(offsets)
    if not speed:
        alive, offsets = _make_room(way, alive, offsets, overlap, least + spare)
    _grow_scratch(way, alive, offsets, least + spare)
    plan = Plan(offsets, _size(offsets), alive, least)
    verify(way, plan)
    program.records[:], program.parts = way.records, way.parts
    return plan


def needed(program: Program) -> int:
    """Bytes of arena and state together with make()'s plan. Quicker than that. The program's records may be put in another order."""
    return _best(program)[0]


def estimate(program: Program, enough: int) -> int:
    """About how large the arena of a program would be, at most, if its records stayed in their order; more than `enough` if it cannot
    be small enough. Quicker than make()."""
    program = in_parts(program) or program
    return _size(place(program, lives(program), QUICK_EFFORT, enough))


def _best(program: Program, parts: bool = True, overlap: bool = True,
          speed: bool = False) -> tuple[int, Program, tuple[Life, ...], dict[Tensor, int]]:  # fmt: skip
    """Of the ways to write the program that which takes the least memory: (bytes of arena and state, the program, its lives and places)."""
    ways = [program]
    if parts:
        if fewer := in_parts(program):
            ways.append(fewer)
        ways += [kept for most_new in (1, float("inf")) if (kept := in_state(ways[-1], most_new))]
    best = None
    for way in ways:
        reorder(way)
        if speed:
            for record in way.records:
                if record.scratch is not None and _has_rows(record):
                    record.set_scratch(record.scratch_most)
        alive, offsets = _placed(way, overlap)
        memory = _size(offsets) + State(way).bytes
        if best is None or memory <= best[0]:  # of equal ones the last, which copies least
            best = memory, way, alive, offsets
    return best


def _placed(program: Program, overlap: bool) -> tuple[tuple[Life, ...], dict[Tensor, int]]:
    """The places of all tensors, with little scratch memory: the least where that makes the arena smaller by a hundredth, else that in which
    no convolution must keep a part of its pixels elsewhere."""
    alive = lives(program)
    offsets = place(program, alive, overlap=overlap)
    enough = _size(offsets) * 100 // 99
    before = {}
    for number, record in enumerate(program.records):
        if record.op.op == "CONV_2D" and record.scratch is not None and record.scratch.bytes < (whole := _column_bytes(record)):
            before[number] = record.scratch.bytes
            record.set_scratch(whole)
    if before:
        tried = lives(program)
        found = place(program, tried, QUICK_EFFORT, enough, overlap)
        if _size(found) <= enough:
            return tried, found
    for number, bytes in before.items():
        program.records[number].set_scratch(bytes)
    return alive, offsets


def _column_bytes(record: Record) -> int:
    """Of the taps of three pixels, as numbers of 16 bits: the fewest that a convolution takes together (mite_scratch_conv_2d)."""
    v = record.values
    return 3 * 2 * v["kernel_h"] * v["kernel_w"] * v["in_c"] // v["groups"]


def _has_rows(record: Record) -> bool:
    """Does a kernel gain much by scratch memory for whole rows of outputs, and something by each part of it?"""
    return record.op.op == "CONV_2D" and record.values["kernel_w"] > 1


def _make_room(program: Program, alive: tuple[Life, ...], offsets: dict[Tensor, int],
               overlap: bool, size: int) -> tuple[tuple[Life, ...], dict[Tensor, int]]:  # fmt: skip
    """Other places for tensors, in an arena of `size` bytes, where an op with large tensors lacks scratch memory with which it is faster."""
    lacking = [record for number, record in enumerate(program.records)
               if record.scratch is not None and _room(record, number, alive, offsets, size)[0] < record.scratch_most]  # fmt: skip
    lacking.sort(key=lambda record: (not _has_rows(record), -sum(tensor.bytes for tensor in record.writes())))
    for record in lacking[:MOST_MOVES]:
        before = record.scratch.bytes
        wanted = record.scratch_most // ALIGN * ALIGN
        while wanted > before:
            record.set_scratch(wanted)
            tried = lives(program)
            found = place(program, tried, QUICK_EFFORT, size, overlap)
            if _size(found) <= size:
                alive, offsets = tried, found
                break
            record.set_scratch(before)
            wanted = wanted * 3 // 4 // ALIGN * ALIGN if _has_rows(record) else 0
    return alive, offsets


def _grow_scratch(program: Program, alive: tuple[Life, ...], offsets: dict[Tensor, int], end: int) -> None:
    """Give each op the scratch memory with which it is fastest, as far as an arena of `end` bytes has room for it at that moment."""
    for number, record in enumerate(program.records):
        if record.scratch is None or record.scratch_most <= record.scratch.bytes:
            continue
        room, where = _room(record, number, alive, offsets, end)
        if room > record.scratch.bytes:
            record.set_scratch(min(room, record.scratch_most) // ALIGN * ALIGN)
            offsets[record.scratch] = where


def _room(record: Record, number: int, alive: tuple[Life, ...], offsets: dict[Tensor, int], end: int) -> tuple[int, int]:
    """The largest run of bytes that no other tensor takes while a record runs: (bytes, where)."""
    taken = sorted((offsets[life.tensor] + span.begin // ALIGN * ALIGN, offsets[life.tensor] + rounded(span.end))
                   for life in alive if life.tensor is not record.scratch for span in life.at(number))  # fmt: skip
    gaps, at = [], 0
    for begin, stop in (*taken, (end, end)):
        gaps.append((begin - at, at))
        at = max(at, stop)
    return max(gaps)


def _size(offsets: dict[Tensor, int]) -> int:
    return max((offset + rounded(tensor.bytes) for tensor, offset in offsets.items()), default=0)
