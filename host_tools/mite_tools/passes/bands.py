"""Rows of a picture instead of the whole: a run of ops computed band by band, so that what lies between its ends never exists at once.

Not in the PIPELINE: it costs multiply-adds (rows at the edges of bands are computed twice), and `fit.py` decides whether and where.
"""

import struct
from dataclasses import dataclass, replace

import numpy as np

from mite.custom import ROWS

from ..graph import Graph, Op, Tensor
from ..ops import lowering_of
from ..ops.bands import Band
from ..ops.base import CONVOLUTIONS, FIRST_SCHEME, POOLS, kernel_size, paddings
from ..program import root
from ..tflite.read import CUSTOM_OPTIONS

Rows = tuple[int, int]  # [first, end)

ASK_FOR_ROWS = f"CUSTOM:{ROWS}"  # the custom op that mite.Model knows by itself
CHANNELS = 3  # the axis along which a CONCATENATION keeps rows apart


@dataclass(frozen=True)
class Window:
    """What an op needs of its input's rows for one of its output."""

    kernel: int
    stride: int
    dilation: int
    before: int  # rows of padding

    def rows(self, out: Rows, height: int) -> Rows:
        """The rows inside of the picture under the windows of these output rows."""
        first = out[0] * self.stride - self.before
        end = (out[1] - 1) * self.stride - self.before + (self.kernel - 1) * self.dilation + 1
        return min(max(0, first), height), max(0, min(end, height))


def window(op: Op) -> Window | None:
    """The window of a convolution or pool; of one row for what is done element by element; None for what cannot be done in rows."""
    output = op.outputs[0] if len(op.outputs) == 1 else None
    if output is None or len(output.shape) != 4 or output.shape[0] != 1 or output.is_variable:
        return None
    if lowering_of(op).BY_ELEMENT or op.kind == "CONCATENATION" and op.options["axis"] % 4 == CHANNELS:
        return Window(1, 1, 1, 0)
    if op.kind not in CONVOLUTIONS + POOLS:
        return None
    kernel = kernel_size(op)
    return Window(kernel[0], op.options["stride_h"], op.options.get("dilation_hfactor", 1), paddings(op, *kernel)[0])


def has_rows(op: Op, tensor: Tensor) -> bool:
    """Does the op read this input row by row, and not as a whole as it does weights and what it broadcasts?"""
    if tensor.is_constant or len(tensor.shape) != 4 or tensor.shape[0] != 1:
        return False
    if op.kind in CONVOLUTIONS + POOLS:
        return tensor is op.inputs[0]
    return tensor.shape[1] == op.outputs[0].shape[1]


def mean_of_all(op: Op) -> bool:
    """Is this a mean over a whole picture, which can be summed up band by band?"""
    input = op.inputs[0]
    if len(op.outputs) != 1 or input is None or len(input.shape) != 4 or input.shape[0] != 1 or input.is_constant:
        return False
    if input.dtype != "int8" or FIRST_SCHEME in op.options:
        return False
    if op.kind == "AVERAGE_POOL_2D":
        return kernel_size(op) == input.shape[1:3] and op.outputs[0].shape[1:3] == (1, 1) and not any(paddings(op, *kernel_size(op)))
    return op.kind == "MEAN" and {int(a) % 4 for a in op.inputs[1].data.reshape(-1)} == {1, 2}


def dense_of_all(op: Op) -> bool:
    """Is this a fully connected op over a whole picture, which can be summed up band by band, too?"""
    if op.kind != "FULLY_CONNECTED" or FIRST_SCHEME in op.options or (op.inputs[0].dtype, op.inputs[1].dtype) != ("int8", "int8"):
        return False
    picture = root(op.inputs[0])
    return len(picture.shape) == 4 and picture.shape[0] == 1 and picture.shape[1] > 1 and picture.count == op.inputs[1].shape[1]


def sums_up(op: Op) -> bool:
    """Does the op make sums over a whole picture, to which each band adds its own?"""
    return mean_of_all(op) or dense_of_all(op)


def divided_tensor(ops: list[Op]) -> Tensor:
    """The tensor whose rows are divided: what the last op makes, or what it sums up."""
    return root(ops[-1].inputs[0]) if sums_up(ops[-1]) else ops[-1].outputs[0]


def divisible(ops: list[Op]) -> bool:
    """Can these ops be computed band by band?"""
    made = {t for op in ops for t in op.outputs}
    if sums_up(ops[-1]):
        last = ops[-1].inputs[0]
        if root(last) not in made or root(last).is_variable or mean_of_all(ops[-1]) and root(last) is not last:
            return False
        ops = ops[:-1]
    for op in ops:
        if window(op) is None:
            return False
        for t in op.inputs:
            if t is None or t.is_constant:
                continue
            if t.view_of is not None and root(t) in made or t in made and not has_rows(op, t):
                return False
    return True


def heights(rows: int, bands: int) -> list[Rows]:
    """So many rows in so many bands, as even as they go."""
    edges = [rows * i // bands for i in range(bands + 1)]
    return list(zip(edges, edges[1:]))


def demands(ops: list[Op], last: Tensor, rows: Rows) -> dict[Tensor, Rows]:
    """For these rows of the last tensor, the rows of each other tensor that must be there."""
    wanted = {last: rows}
    for op in reversed(ops):
        if (own := wanted.get(op.outputs[0])) is None:
            continue  # such as the mean of what is divided
        for t in op.inputs:
            if t is not None and has_rows(op, t):
                first, end = window(op).rows(own, t.shape[1])
                was = wanted.get(t, (first, end))
                wanted[t] = (min(was[0], first), max(was[1], end))
    return wanted


def divided(ops: list[Op], bands: int) -> list[Op]:
    """Ops that do what `ops` do, in so many bands. Exact because each row of each op's output is computed from the same rows, with
    padding only where the picture ends; and because sums are of whole numbers."""
    closing = ops[-1] if sums_up(ops[-1]) else None
    last = divided_tensor(ops)
    ops = ops[:-1] if closing else ops
    made: list[Op] = []
    parts, band = [], None
    for rows in heights(last.shape[1], bands):
        band = _Band(ops, last, rows, band)
        made += band.made
        parts.append(band.there[last])
    if not closing:
        return [*made, _joined(parts, last)]
    sums = Tensor(f"sums of {last.name}", (closing.outputs[0].count,), "int32")
    width = last.shape[2]
    for part, (first, _) in zip(parts, heights(last.shape[1], bands)):
        band = Band(sums, last.shape[1] * width, first * width, part is parts[-1])
        at = 1 + next(n for n, op in enumerate(made) if part in op.outputs)
        made.insert(at, replace(closing, inputs=[part, *closing.inputs[1:]], options=closing.options | {"band": band}))
    return made


class _Band:
    """The ops of one band: they make these rows of the last tensor."""

    def __init__(self, ops: list[Op], last: Tensor, rows: Rows, before: "_Band | None"):
        self.made: list[Op] = []
        self.wanted = demands(ops, last, rows)
        self.there: dict[Tensor, Tensor] = {}  # a tensor -> the rows of it that are wanted
        for tensor, wanted in list(self.wanted.items()):
            if root(tensor).in_rows:
                self._ask(tensor, *wanted, before)
        for op in ops:
            if op.outputs[0] in self.wanted:
                self._add(op, self.wanted[op.outputs[0]])

    def _add(self, op: Op, rows: Rows) -> None:
        view = window(op)
        inputs = [self._cut(t, *view.rows(rows, t.shape[1])) if t is not None and has_rows(op, t) else t for t in op.inputs]
        output = _rows_of(op.outputs[0], *rows)
        options = op.options
        if op.kind in CONVOLUTIONS + POOLS:
            _, left = paddings(op, *kernel_size(op))
            options = options | {"pads": (max(0, view.before - rows[0] * view.stride), left)}
        self.made.append(replace(op, inputs=inputs, outputs=[output], options=options))
        self.there[op.outputs[0]] = output

    def _ask(self, input: Tensor, first: int, end: int, before: "_Band | None") -> None:
        """These rows of the input: those that the band before has are taken over, the others asked for."""
        known = before.wanted.get(input, (0, 0)) if before else (0, 0)
        start = min(max(first, known[1]), end)
        parts = []
        if start > first:
            parts.append(self._slice(input, before.there[input], known[0], first, start))
        if end > start:
            parts.append(_rows_of(input, start, end))
            options = struct.pack("<II", start, input.bytes // input.shape[1])
            self.made.append(Op(ASK_FOR_ROWS, [], parts[-1:], {CUSTOM_OPTIONS: options}))
        self.there[input] = parts[0]
        if len(parts) > 1:
            self.there[input] = _rows_of(input, first, end)
            self.made.append(_joined(parts, self.there[input]))

    def _cut(self, tensor: Tensor, first: int, end: int) -> Tensor:
        """These rows of a tensor."""
        start, there = (self.wanted[tensor][0], self.there[tensor]) if tensor in self.there else (0, tensor)
        return self._slice(tensor, there, start, first, end)

    def _slice(self, tensor: Tensor, there: Tensor, start: int, first: int, end: int) -> Tensor:
        """Rows first to end of a tensor, of which those from `start` on are there."""
        if end - first == there.shape[1]:
            return there
        piece = _rows_of(tensor, first, end)
        begin = _constant([0, first - start, 0, 0])
        self.made.append(Op("SLICE", [there, begin, _constant(piece.shape)], [piece]))
        return piece


def computed_rows(ops: list[Op], bands: int) -> dict[Op, int]:
    """For each op how many rows are computed, those that are computed twice counted twice."""
    last, counts = divided_tensor(ops), dict.fromkeys(ops, 0)
    for rows in heights(last.shape[1], bands):
        wanted = demands(ops, last, rows)
        for op in ops:
            first, end = wanted.get(op.outputs[0], (0, 0))
            counts[op] += end - first
    return counts


def replaced(graph: Graph, old: list[Op], new: list[Op]) -> Graph:
    """The graph with these ops, which follow one another, in the place of those."""
    at = graph.ops.index(old[0])
    return replace(graph, ops=[*graph.ops[:at], *new, *graph.ops[at + len(old) :]])


def _joined(parts: list[Tensor], whole: Tensor) -> Op:
    return Op("CONCATENATION", parts, [whole], {"axis": 1, "fused_activation_function": 0})


def _rows_of(tensor: Tensor, first: int, end: int) -> Tensor:
    shape = (1, end - first, *tensor.shape[2:])
    return Tensor(f"{tensor.name} rows {first} to {end - 1}", shape, tensor.dtype, tensor.quantization)


def _constant(values) -> Tensor:
    data = np.array(values, np.int32)
    return Tensor("", data.shape, "int32", None, data)
