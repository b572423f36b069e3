"""Variables that are only shifted and appended to (the frames that a streaming model remembers) are kept together with what is appended.

A model reads the last frames, joins them with new ones, works on the whole, and remembers the last frames of that: two copies of all frames, and
a place for the whole in the arena. Kept as a whole, in the state, the old frames only move up by what is new.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..graph import Tensor
from ..program import Part, Place, Program, Record, root, storage
from .parts import copied, is_run, offset_of, rename


@dataclass
class Stream:
    """A variable, and the tensor in the arena that is the variable's bytes followed by new ones."""

    variable: Tensor
    whole: Tensor
    loads: Record  # copies the variable into the whole
    saves: Record  # copies the end of the whole back

    @property
    def new_bytes(self) -> int:
        return self.whole.bytes - self.variable.bytes


def in_state(program: Program, most_new: float = float("inf")) -> Program | None:
    """A copy of the program, itself untouched, whose streams lie in the state as a whole; None if there are none.

    most_new: those only that have so many new bytes for each that they keep, at most: new bytes are what the state grows by.
    """
    found = [s for s in streams(program) if s.new_bytes <= most_new * s.variable.bytes]
    if not found:
        return None
    made = copied(program)
    for stream in streams(made):
        if any(stream.variable is s.variable for s in found):
            _keep(made, stream)
    return made


def streams(program: Program) -> Iterator[Stream]:
    """The variables that are only shifted and appended to."""
    if program.has_jumps:
        return
    fixed = {root(t) for t in (*program.graph.inputs, *program.graph.outputs)}
    for variable in dict.fromkeys(v for record in program.records for v in record.variables()):
        uses = [record for record in program.records if variable in record.variables() and record.op.op != "INITIAL_STATE"]
        if len(uses) != 2 or not all(map(is_run, uses)):
            continue
        loads, saves = uses
        whole = storage(loads.values["output"])
        if whole is None or whole in fixed or storage(saves.values["input"]) is not whole:
            continue
        stream = Stream(variable, whole, loads, saves)
        if _is_shifted(stream) and _is_appended(program, stream):
            yield stream


def _is_shifted(stream: Stream) -> bool:
    """Does the whole begin with all of the variable, and does the variable become its end?"""
    loads, saves, bytes = stream.loads.values, stream.saves.values, stream.variable.bytes
    begins = _is_at(loads["input"], stream.variable, 0) and _is_at(loads["output"], stream.whole, 0)
    ends = _is_at(saves["output"], stream.variable, 0) and _is_at(saves["input"], stream.whole, stream.new_bytes)
    return begins and ends and loads["run"] == saves["run"] == bytes and stream.new_bytes > 0


def _is_at(place: Place, owner: Tensor, offset: int) -> bool:
    return root(place.tensor if isinstance(place, Part) else place) is owner and offset_of(place) == offset


def _is_appended(program: Program, stream: Stream) -> bool:
    """Does all else that writes the whole write behind the variable's bytes?"""
    for record in program.records:
        for name, place in record.places():
            if record is stream.loads or not name.startswith("output") and name != "scratch" or storage(place) is not stream.whole:
                continue
            if name == "scratch" or record.span(name)[0] < stream.variable.bytes:
                return False
    return True


def _keep(program: Program, stream: Stream) -> None:
    """The whole becomes a variable: what loaded the old one now moves the old bytes up, first of all, and nothing need be saved."""
    kept, new = replace(stream.whole, name=stream.variable.name, view_of=None, is_variable=True), stream.new_bytes
    rename(program, stream.whole, kept, 0)
    stream.loads.values["input"] = Part(kept, new, stream.variable.bytes)
    for record in program.records:
        if record.op.op == "INITIAL_STATE" and stream.variable in record.variables():
            record.values["output"] = Part(kept, new, stream.variable.bytes)
    records = [record for record in program.records if record is not stream.loads and record is not stream.saves]
    first = next(n for n, record in enumerate(records) if record.op.op != "INITIAL_STATE" and kept in record.variables())
    program.records[:] = [*records[:first], stream.loads, *records[first:]]
