"""What lowering makes of a graph: op records whose places in memory are still tensors and constants."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import _mite

from .graph import Graph, Op, Tensor
from .image import spec


@dataclass(frozen=True)
class Constant:
    """Bytes that go into the image, at a multiple of `align`."""

    data: bytes
    align: int = 4


@dataclass(frozen=True)
class Part:
    """A place inside a tensor."""

    tensor: Tensor
    offset: int  # bytes
    bytes: int | None = None  # how many an op may touch; None: up to the tensor's end

    def moved(self, offset: int) -> "Part":
        """The place `offset` bytes further on, with the same end."""
        return Part(self.tensor, self.offset + offset, None if self.bytes is None else self.bytes - offset)


Place = Tensor | Part | Constant

# A place in a program that a JUMP leads to. It is a record among the others, so that it stays between those that it stood between, but not
# in the image.
LABEL = spec.Op(-1, "LABEL", "", "Where a JUMP leads to.")


@dataclass
class Record:
    """An op record. Fields of kind `ref` hold a Place; those whose names begin with output are written, the others are read.

    A JUMP's target is the LABEL record that it leads to.
    """

    op: spec.Op
    values: dict
    source: Op  # the graph's op that it came from
    scratch_most: int = 0  # bytes of scratch with which its kernels are fastest

    def places(self) -> Iterator[tuple[str, Place]]:
        """(field, place) of everything that the op reads or writes."""
        for f in self.op.fields:
            if f.kind == "ref" and self.values[f.name] is not None:
                yield f.name, self.values[f.name]

    def reads(self) -> list[Tensor]:
        """Tensors in the arena that the op reads."""
        return [t for name, place in self.places() if not is_output(name) and name != "scratch" and (t := storage(place))]

    def writes(self) -> list[Tensor]:
        """Tensors in the arena that the op writes, scratch memory not among them."""
        return [t for name, place in self.places() if is_output(name) and (t := storage(place))]

    def variables(self) -> list[Tensor]:
        """Tensors in the state that the op reads or writes."""
        tensors = (root(p.tensor if isinstance(p, Part) else p) for _, p in self.places() if isinstance(p, (Tensor, Part)))
        return [t for t in tensors if t.is_variable]

    def span(self, name: str) -> tuple[int, int]:
        """From where to where in the tensor that owns it the op touches the place in field `name`, at most."""
        place = self.values[name]
        if self.op.op == "COPY":
            at = place.offset if isinstance(place, Part) else 0
            reach = [(n - 1) * stride for n, stride in zip(self.values["dims"], self.values[f"{name}_strides"])]
            return at + sum(r for r in reach if r < 0), at + sum(r for r in reach if r > 0) + self.values["run"]
        if not isinstance(place, Part):
            return 0, root(place).bytes
        return place.offset, root(place.tensor).bytes if place.bytes is None else place.offset + place.bytes

    @property
    def scratch(self) -> Tensor | None:
        """The tensor that stands for the op's scratch memory: of the least size that will do until the plan gives it more."""
        return self.values.get("scratch")

    def set_scratch(self, bytes: int) -> None:
        """Give the op this much scratch memory."""
        self.values["scratch"].shape = (bytes,)
        self.values["scratch_bytes"] = bytes


@dataclass
class Program:
    """Records in the order they run."""

    graph: Graph  # the model's own
    processor: str | None = None  # the one (bench/targets.py) that ops are made fast for, even where that takes more flash
    records: list[Record] = field(default_factory=list)
    source: Op | None = None  # set while an op is being lowered
    parts: dict[Tensor, tuple[Tensor, int]] = field(default_factory=dict)  # a tensor that lies inside another -> (that one, byte offset)
    scope: Graph | None = None  # the one whose ops are being lowered: the model's, or one that an op of it calls
    variables: dict = field(default_factory=dict)  # (container, name) -> the tensor in the state that a resource stands for

    def __post_init__(self):
        self.scope = self.scope or self.graph

    @property
    def has_jumps(self) -> bool:
        """Can records run in another order than they stand in?"""
        return any(record.op.op == "JUMP" for record in self.records)

    def label(self) -> Record:
        """A place for a JUMP to lead to: it is where the record is put among the others."""
        return Record(LABEL, {}, self.source)

    def held_inputs(self) -> list[Tensor]:
        """The tensors whose memory the inputs lie in, without those that come in rows."""
        return [owner for t in self.graph.inputs if not (owner := root(t)).in_rows]

    def add(self, name: str, flags: int = 0, **values) -> None:
        """Append a record of the op called `name`. Fields called reserved are zero."""
        self.append(spec.OP_OF_NUMBER[spec.OP_NUMBERS[name]], flags, **values)

    def append(self, op: spec.Op, flags: int = 0, **values) -> None:
        """add() for an op that is not in the roster as it stands: a CUSTOM with its tensors."""
        values |= {"op": op.number, "flags": flags, "bytes": op.size}
        values |= {f.name: 0 for f in op.fields if f.name.startswith("reserved")}
        record = Record(op, values, self.source)
        if op.has_scratch:
            # The C core says how much: its kernels are what uses it.
            values |= {"scratch": Tensor(f"scratch {len(self.records)}", (0,), "uint8"), "scratch_bytes": 0}
            least, record.scratch_most = _mite.scratch(op.pack(**{k: 0 if _is_ref(op, k) else v for k, v in values.items()}))
            record.set_scratch(least)
        self.records.append(record)


def is_output(field: str) -> bool:
    """Is this the name of a field whose place is written?"""
    return field.startswith("output")


def _is_ref(op: spec.Op, name: str) -> bool:
    return any(f.name == name and f.kind == "ref" for f in op.fields)


def root(tensor: Tensor) -> Tensor:
    """The tensor whose memory this one is a view of (itself, mostly)."""
    while tensor.view_of is not None:
        tensor = tensor.view_of
    return tensor


def storage(place: Place) -> Tensor | None:
    """The arena tensor that a place lies in, or None for a constant and for the state."""
    if isinstance(place, Constant):
        return None
    tensor = root(place.tensor if isinstance(place, Part) else place)
    return None if tensor.is_constant or tensor.is_variable else tensor
