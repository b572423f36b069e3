"""Channels that are the same number whatever comes in, and those that nobody needs, are taken out of the layers that make and read them.

Which channels can go is found by taking all for lost and giving back, op by op, what an op cannot do without, until nothing changes.
"""

import numpy as np

from ..graph import Graph, Op, Quantization, Tensor
from ..ops.base import CONVOLUTIONS, multiply_adds
from ..ops.weights import bias_of
from .ranges import VIEWS, Range, ranges, reaches_outside

FILTERED = (*CONVOLUTIONS, "FULLY_CONNECTED")
ALIKE = ("AVERAGE_POOL_2D", "MAX_POOL_2D", "PAD", *VIEWS)  # output channels are input channels, perhaps several times over
# Kernels work on so many channels at once: fewer would only slow them down. vww with every constant channel gone has 3,727,313 multiply-adds in
# place of 3,766,476, and takes one percent more instructions on a Cortex-M4.
UNIT = 4


def run(graph: Graph) -> str:
    """Exact because a constant channel adds the same to every sum, which goes into the bias; and zero padding reads the same number.

    A constant that is not the zero point differs at the border of a padded convolution: such a channel is kept.
    """
    found = ranges(graph)
    dropped = _droppable(graph, found)
    gone = {t: flags for t, flags in dropped.items() if flags.any()}
    if not gone:
        return ""
    before = sum(map(multiply_adds, graph.ops))
    _apply(graph, found, gone)
    count = sum(int(flags.sum()) for flags in gone.values())
    return f"{count} channels of {len(gone)} tensors, {before - sum(map(multiply_adds, graph.ops)):,} multiply-adds"


def _droppable(graph: Graph, found: dict[Tensor, Range]) -> dict[Tensor, np.ndarray]:
    """For each tensor which of its channels can go."""
    flags: dict[Tensor, np.ndarray] = {}
    for op in graph.ops:
        t = op.outputs[0] if len(op.outputs) == 1 else None
        if t in found and t not in graph.outputs and _can_lose(op):
            flags[t] = np.ones(t.shape[-1], bool)
    for t in graph.tensors():
        flags.setdefault(t, np.zeros(t.shape[-1] if t.shape else 1, bool))
    while True:
        _settle(graph, found, flags)
        if not _round_up(graph, flags):
            return flags


def _settle(graph: Graph, found: dict, flags: dict[Tensor, np.ndarray]) -> None:
    """Give back until every op is content."""
    changed = True
    while changed:
        before = sum(int(f.sum()) for f in flags.values())
        for op in reversed(graph.ops):
            _give_back(op, found, flags)
        changed = sum(int(f.sum()) for f in flags.values()) != before


def _round_up(graph: Graph, flags: dict[Tensor, np.ndarray]) -> bool:
    """Keep a few more where pictures would have an awkward number of channels, and at least one everywhere. Was there any?"""
    for op in graph.ops:
        for t in op.outputs:
            lost = np.flatnonzero(flags[t])
            kept = len(flags[t]) - len(lost)
            missing = (-kept % UNIT if len(t.shape) == 4 else 0) or (kept == 0)
            if len(lost) and missing:
                flags[t][lost[: missing or UNIT]] = False
                return True
    return False


def _can_lose(op: Op) -> bool:
    """Can the op make fewer channels?"""
    if op.kind in FILTERED:
        return op.kind != "CONV_2D" or op.inputs[1].shape[3] == op.inputs[0].shape[3]
    return op.kind in ALIKE or op.kind == "ADD"


def _source(op: Op) -> np.ndarray | None:
    """For each output channel the input channel that it comes from, for ops where there is just one."""
    if not (op.inputs[0].shape and op.outputs[0].shape):
        return None
    inputs, outputs = op.inputs[0].shape[-1], op.outputs[0].shape[-1]
    if op.kind == "DEPTHWISE_CONV_2D":
        return np.arange(outputs) // (outputs // inputs)
    if op.kind in ALIKE and inputs and outputs % inputs == 0 and (op.kind in VIEWS or inputs == outputs):
        return np.arange(outputs) % inputs
    return None


def _give_back(op: Op, found: dict, flags: dict[Tensor, np.ndarray]) -> None:
    if op.outputs and op.kind in ("DEPTHWISE_CONV_2D", *ALIKE) and (source := _source(op)) is not None:
        x, y = op.inputs[0], op.outputs[0]
        # Either an input channel goes with all outputs that come from it, or none of them.
        kept = np.zeros(len(flags[x]), bool)
        np.logical_or.at(kept, source, ~flags[y])
        flags[x] &= ~kept
        flags[y] &= flags[x][source]
    elif op.kind == "ADD":
        together = flags[op.outputs[0]]
        shapes = [t for t in op.inputs if not t.is_constant]
        if any(t.shape != op.outputs[0].shape for t in shapes):
            together[:] = False
        for t in shapes:
            together &= flags[t] if t.shape == op.outputs[0].shape else False
        for t in shapes:
            flags[t] &= together if t.shape == op.outputs[0].shape else False
    elif op.kind in ("CONV_2D", "FULLY_CONNECTED") and _can_lose(op):
        flags[op.inputs[0]] &= _needless(op, found, flags)
        for t in op.inputs[1:]:
            if t is not None and t in flags:
                flags[t][:] = False
    else:
        for t in (*op.inputs, *op.outputs):
            if t is not None:
                flags[t][:] = False


def _columns(op: Op) -> np.ndarray:
    """The weights of a CONV_2D or FULLY_CONNECTED as [outputs, taps, input channels]."""
    filter, channels = op.inputs[1].data.astype(np.int64), op.inputs[0].shape[-1]
    return filter.reshape(filter.shape[0], -1, channels)


def _needless(op: Op, found: dict, flags: dict) -> np.ndarray:
    """The input channels that this op can do without."""
    x = op.inputs[0]
    channels = x.shape[-1] if x.shape else 0
    if not channels or op.inputs[1].count // op.inputs[1].shape[0] % channels or x not in found:
        return np.zeros(max(channels, 1), bool)
    weights = _columns(op)
    unread = (weights[~flags[op.outputs[0]]] == 0).all((0, 1))
    low, high = found[x]
    same = low == high
    if op.kind == "CONV_2D" and reaches_outside(op):
        same &= low == x.zero_point
    bias = bias_of(op)
    added = (np.abs(weights).sum(1) * np.abs(low - x.zero_point)).sum(1) + (0 if bias is None else np.abs(bias.data.astype(np.int64)))
    return unread | same if added.max(initial=0) < 1 << 31 else unread


def _apply(graph: Graph, found: dict, gone: dict[Tensor, np.ndarray]) -> None:
    kept = {t: np.flatnonzero(~flags) for t, flags in gone.items()}
    smaller = {t: Tensor(t.name, (*t.shape[:-1], len(left)), t.dtype, t.quantization, None, index=t.index) for t, left in kept.items()}
    for op in graph.ops:
        x, y = op.inputs[0] if op.inputs else None, op.outputs[0] if op.outputs else None
        if op.kind in FILTERED and (x in gone or y in gone):
            _cut(op, found, gone.get(x), kept.get(x), kept.get(y))
        elif op.kind == "ADD" and y in gone:
            op.inputs = [_slice(t, kept[y], -1) if t.is_constant and t.shape and t.shape[-1] > 1 else t for t in op.inputs]
        elif op.kind == "RESHAPE" and y in gone:
            op.inputs = op.inputs[:1]
        op.inputs = [smaller.get(t, t) for t in op.inputs]
        op.outputs = [smaller.get(t, t) for t in op.outputs]
    graph.folded |= {t: (smaller[t], left) for t, left in kept.items()}


def _cut(op: Op, found: dict, gone: np.ndarray | None, inputs: np.ndarray | None, outputs: np.ndarray | None) -> None:
    """Take channels out of a filter; what constant ones added goes into the bias."""
    filter, bias = op.inputs[1], bias_of(op)
    if gone is not None and op.kind != "DEPTHWISE_CONV_2D":
        low, high = found[op.inputs[0]]
        constant = np.where(gone & (low == high), low - op.inputs[0].zero_point, 0)
        added = _columns(op).sum(1) @ constant
        if added.any():
            total = added + (0 if bias is None else bias.data.astype(np.int64))
            bias = Tensor("bias" if bias is None else bias.name, (filter.shape[0],), "int32", None, total.astype(np.int32))
        data = filter.data.reshape(filter.shape[0], -1, len(gone))[:, :, inputs]
        shape = (*filter.shape[:-1], len(inputs)) if op.kind == "CONV_2D" else (filter.shape[0], -1)
        data = data.reshape(shape)
        filter = Tensor(filter.name, data.shape, filter.dtype, filter.quantization, data)
    if outputs is not None:
        filter = _slice(filter, outputs, 3 if op.kind == "DEPTHWISE_CONV_2D" else 0)
        bias = None if bias is None else _slice(bias, outputs, 0)
    op.inputs = [op.inputs[0], filter] + ([bias] if bias is not None or len(op.inputs) > 2 else [])


def _slice(tensor: Tensor, left: np.ndarray, axis: int) -> Tensor:
    """A constant with these slices of an axis."""
    data = np.ascontiguousarray(tensor.data.take(left, axis))
    q = tensor.quantization
    if q is not None and len(q.scale) > 1:
        q = Quantization(q.scale[left], q.zero_point[left], q.axis)
    return Tensor(tensor.name, data.shape, tensor.dtype, q, data)
