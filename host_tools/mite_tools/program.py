"""What lowering makes of a graph: op records whose places in memory are still tensors and constants."""

from dataclasses import dataclass, field

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


Place = Tensor | Part | Constant


@dataclass
class Record:
    """An op record. Fields of kind `ref` hold a Place; the one named output is written, the others are read."""

    op: spec.Op
    values: dict
    source: Op  # the graph's op that it came from

    def _places(self):
        for f in self.op.fields:
            if f.kind == "ref":
                yield f.name, self.values[f.name]

    def reads(self) -> list[Tensor]:
        """Tensors in the arena that the op reads."""
        return [t for name, place in self._places() if name != "output" and (t := storage(place))]

    def writes(self) -> list[Tensor]:
        """Tensors in the arena that the op writes."""
        return [t for name, place in self._places() if name == "output" and (t := storage(place))]


@dataclass
class Program:
    """Records in the order they run."""

    graph: Graph
    records: list[Record] = field(default_factory=list)
    source: Op | None = None  # set while an op is being lowered

    def add(self, name: str, flags: int = 0, **values) -> None:
        """Append a record of the op called `name`. Fields called reserved are zero."""
        op = spec.OPS[spec.OP_NUMBERS[name]]
        values |= {"op": spec.OP_NUMBERS[name], "flags": flags, "bytes": op.size}
        values |= {f.name: 0 for f in op.fields if f.name.startswith("reserved")}
        self.records.append(Record(op, values, self.source))


def root(tensor: Tensor) -> Tensor:
    """The tensor whose memory this one is a view of (itself, mostly)."""
    while tensor.view_of is not None:
        tensor = tensor.view_of
    return tensor


def storage(place: Place) -> Tensor | None:
    """The arena tensor that a place lies in, or None for a constant."""
    if isinstance(place, Constant):
        return None
    tensor = root(place.tensor if isinstance(place, Part) else place)
    return None if tensor.is_constant else tensor
