"""How long each tensor must be kept."""

from dataclasses import dataclass
from functools import cached_property

from ..errors import ConvertError
from ..graph import Tensor
from ..program import Program, root, storage


@dataclass(frozen=True)
class Span:
    """A run of a tensor's bytes that are written and read together: [begin, end), needed from record `first` to record `last`."""

    begin: int
    end: int
    first: int
    last: int

    def meets(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Life:
    """From the record that first writes a tensor (-1: an input) to the last that needs it, both included.

    A tensor whose parts come and go at different times has more than one span.
    """

    tensor: Tensor
    spans: tuple[Span, ...]

    @cached_property
    def first(self) -> int:
        return min(span.first for span in self.spans)

    @cached_property
    def last(self) -> int:
        return max(span.last for span in self.spans)

    def meets(self, other: "Life") -> bool:
        return any(a.meets(b) for a in self.spans for b in other.spans)

    def at(self, moment: int) -> list[Span]:
        """The spans that are needed while this record runs."""
        return [span for span in self.spans if span.first <= moment <= span.last]


def lives(program: Program) -> tuple[Life, ...]:
    """How long each tensor of a program, and each part of it, must be kept. Inputs are there from the start, outputs to the end."""
    touched: dict[Tensor, list[Span]] = {}

    def touch(tensor: Tensor, number: int, begin: int = 0, end: int | None = None) -> None:
        touched.setdefault(tensor, []).append(Span(begin, tensor.bytes if end is None else end, number, number))

    for tensor in program.held_inputs():
        touch(tensor, -1)
    for number, record in enumerate(program.records):
        for name, place in record.places():
            if (tensor := storage(place)) is not None:
                touch(tensor, number, *record.span(name))
    for tensor in program.graph.outputs:
        if root(tensor) not in touched:
            raise ConvertError(f"output {tensor.name} is written by no op")
        touch(root(tensor), len(program.records))
    around = loops(program)
    return tuple(Life(tensor, _joined(tensor, spans, around)) for tensor, spans in touched.items())


def loops(program: Program) -> list[tuple[int, int]]:
    """(first, last) record of each loop: a LABEL and the JUMP back to it. Inner loops come first."""
    at = {id(record): number for number, record in enumerate(program.records)}
    jumps = [(at[id(record.values["target"])], number) for number, record in enumerate(program.records) if record.op.op == "JUMP"]
    return [(target, number) for target, number in jumps if target < number]


def _through(first: int, last: int, around: list[tuple[int, int]]) -> tuple[int, int]:
    """The life of what is there before a loop or after it, and used in it: all through the loop."""
    for begin, end in around:
        inside = begin <= first and last <= end
        if not inside and first <= end and begin <= last:
            first, last = min(first, begin), max(last, end)
    return first, last


def _joined(tensor: Tensor, touched: list[Span], around: list[tuple[int, int]]) -> tuple[Span, ...]:
    """The runs of bytes between any two places where a touch begins or ends, neighbours with the same life in one."""
    edges = sorted({0, tensor.bytes} | {edge for span in touched for edge in (span.begin, span.end)})
    found: list[Span] = []
    for begin, end in zip(edges, edges[1:]):
        moments = [span.first for span in touched if span.begin <= begin and end <= span.end]
        if not moments:
            continue  # touched by nobody
        first, last = _through(min(moments), max(moments), around)
        if found and found[-1].end == begin and (found[-1].first, found[-1].last) == (first, last):
            begin = found.pop().begin
        found.append(Span(begin, end, first, last))
    return tuple(found) or (Span(0, tensor.bytes, touched[0].first, touched[-1].last),)
