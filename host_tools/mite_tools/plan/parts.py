"""Tensors that are made where they will be joined (CONCATENATION, PACK), or read where they are a part (SPLIT, SLICE), so that nothing is copied."""

from dataclasses import replace

from ..graph import Tensor
from ..program import LABEL, Part, Place, Program, Record, is_output, root, storage

ALIGN = 4  # bytes: parts begin like tensors


def in_parts(program: Program) -> Program | None:
    """A copy of the program, itself untouched, without the copies that are not needed; None if it needs all that it has.

    Between jumps only: where all that touches the two tensors runs in one go, they are as in a program without.
    """
    made = copied(program)
    count = len(made.records)
    while _place_one(made):
        pass
    return made if len(made.records) < count else None


def copied(program: Program) -> Program:
    """A copy of the program whose records can be changed."""
    return replace(program, records=[_copied(record) for record in program.records], parts=dict(program.parts))


def _copied(record: Record) -> Record:
    if record.op is LABEL:  # by which a JUMP knows it
        return record
    values = dict(record.values)
    if record.scratch is not None:
        values["scratch"] = replace(record.scratch)
    return replace(record, values=values)


def _place_one(program: Program) -> bool:
    """Take one copy away, if there is one that can go."""
    fixed = {root(t) for t in (*program.graph.inputs, *program.graph.outputs)}
    for number, record in enumerate(program.records):
        if not is_run(record):
            continue
        source, target = storage(record.values["input"]), storage(record.values["output"])
        if source is None or target is None or source is target or not _runs_in_one_go(program, source, target):
            continue
        read, written, run = offset_of(record.values["input"]), offset_of(record.values["output"]), record.values["run"]
        if written % ALIGN == 0 and read == 0 and run == source.bytes and source not in fixed and _is_joined(program, target):
            rename(program, source, target, written)
        elif read % ALIGN == 0 and written == 0 and run == target.bytes and target not in fixed and _writers(program, target) == [record]:
            rename(program, target, source, read)
        else:
            continue
        del program.records[number]
        return True
    return False


def _runs_in_one_go(program: Program, *tensors: Tensor) -> bool:
    """Is there no way into or out of the program between the first and the last record that touches one of these?"""
    touching = [n for n, record in enumerate(program.records) if any(storage(place) in tensors for _, place in record.places() if storage(place))]
    between = program.records[touching[0] : touching[-1] + 1]
    return not any(record.op is LABEL or record.op.op == "JUMP" for record in between)


def is_run(record: Record) -> bool:
    """Does it copy a single run of bytes?"""
    return record.op.op == "COPY" and set(record.values["dims"]) == {1}


def offset_of(place: Place) -> int:
    """Where a place begins in its tensor."""
    return place.offset if isinstance(place, Part) else 0


def _writers(program: Program, tensor: Tensor) -> list[Record]:
    return [record for record in program.records if tensor in record.writes()]


def _is_joined(program: Program, target: Tensor) -> bool:
    """Is it put together of parts that do not meet: those that are copied there, and those that are made there already?"""
    spans = [(offset, offset + part.bytes) for part, (owner, offset) in program.parts.items() if owner is target]
    for record in _writers(program, target):
        for at in [offset_of(place) for name, place in record.places() if is_output(name) and storage(place) is target]:
            if is_run(record):
                spans.append((at, at + record.values["run"]))
            elif not any(begin <= at < end for begin, end in spans):
                return False  # such as a FILL of it all, before the parts
    spans.sort()
    return all(end <= begin for (_, end), (begin, _) in zip(spans, spans[1:]))


def rename(program: Program, tensor: Tensor, owner: Tensor, offset: int) -> None:
    """Everything that names `tensor` names the place inside of `owner` from now on."""
    for record in program.records:
        for f in record.op.fields:
            place = record.values[f.name] if f.kind == "ref" else None
            if isinstance(place, (Tensor, Part)) and storage(place) is tensor:
                inside = place if isinstance(place, Part) else Part(tensor, 0)
                end = tensor.bytes - inside.offset if inside.bytes is None else inside.bytes
                record.values[f.name] = Part(owner, offset + inside.offset, end)
    for part, (was, at) in list(program.parts.items()):
        if was is tensor:
            program.parts[part] = (owner, offset + at)
    program.parts[tensor] = (owner, offset)
