"""What TFLite Micro with CMSIS-NN takes: ../shared/peers.json, where it is there."""

import json
from dataclasses import dataclass

from .models import SHARED, Layer


@dataclass(frozen=True)
class Row:
    """A line of the table by layers: a record of ours, a layer of the peer's, or both."""

    name: str
    shapes: str
    macs: int
    instructions: int | None
    peer: int | None

    @property
    def ratio(self) -> float | None:
        return self.peer / self.instructions if self.peer and self.instructions else None


def figures(target: str, file: str) -> dict | None:
    """{"instructions", "macs", "arena_bytes", "layers": [...]} of a model on a machine, or None."""
    path = SHARED / "peers.json"
    if not path.is_file():
        return None
    return json.loads(path.read_text())["targets"].get(target, {}).get(file)


def code_bytes(target: str, file: str, opt: str) -> int | None:
    """Bytes of the peer's code for a model, as far as they were measured."""
    path = SHARED / "peers.json"
    if not path.is_file():
        return None
    if opt == "Os":
        found = json.loads(path.read_text()).get("code_bytes_cortex_m4_Os", {}).get(file) if target == "cortex-m4" else None
    else:
        found = (figures(target, file) or {}).get("code_bytes")
    return found if isinstance(found, int) else None


def match(layers: tuple[Layer, ...], steps: list[int], theirs: list[dict]) -> list[Row]:
    """Our records beside the peer's layers.

    The peer runs the ops of the file one by one; each of our records knows which of them it comes from. Several records
    for one op are one line, a layer that we do not run (a reshape, a fused op) is a line of theirs alone.
    """
    rows, taken = [], 0
    for number, (layer, step) in enumerate(zip(layers, steps)):
        info = layer.info
        if number and layer.source >= 0 and layer.source == layers[number - 1].source:
            last = rows[-1]
            rows[-1] = Row(f"{last.name} + {info.op}", last.shapes or info.shapes, last.macs + info.macs,
                           last.instructions + step, last.peer)  # fmt: skip
            continue
        peer = None
        if taken <= layer.source < len(theirs):
            rows += [_theirs(row) for row in theirs[taken : layer.source]]
            peer = theirs[layer.source]["instructions"]
            taken = layer.source + 1
        rows.append(Row(info.op, info.shapes, info.macs, step, peer))
    return rows + [_theirs(row) for row in theirs[taken:]]


def _theirs(layer: dict) -> Row:
    shape = "x".join(map(str, layer.get("output") or ()))
    return Row(layer["op"], f"-> {shape}" if shape else "", 0, None, layer["instructions"])
