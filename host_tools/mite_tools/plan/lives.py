"""How long each tensor must be kept."""

from dataclasses import dataclass

from ..errors import ConvertError
from ..graph import Tensor
from ..program import Program, root


@dataclass(frozen=True)
class Life:
    """From the record that first writes a tensor (-1: an input) to the last that needs it, both included."""

    tensor: Tensor
    first: int
    last: int

    def meets(self, other: "Life") -> bool:
        return self.first <= other.last and other.first <= self.last


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
