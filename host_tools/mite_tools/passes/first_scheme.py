"""The first quantization scheme, uint8 with weights that have a zero point of their own, becomes int8.

A number and its zero point both become 128 less: that is the same byte with its highest bit turned around, and stands for the same real number.
Filters lose their zero point; those that then do not fit int8 become int16 in the graph, and ops/convolution.py finds records for them. Where the reference rounds uint8
otherwise than int8, the op's option FIRST_SCHEME makes its lowering do the same.
"""

from dataclasses import replace

import numpy as np

from ..graph import Graph, Op, Quantization, Tensor
from ..ops import LOWERINGS
from ..ops.base import FIRST_SCHEME, MOVABLE
from ..ops.weights import WIDE

# Ops that take uint8 as it is as well: they become int8 where what is around them does.
NEUTRAL = ("QUANTIZE", "DEQUANTIZE")

_FILTERS = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 1, "FULLY_CONNECTED": 1, "TRANSPOSE_CONV": 1}  # the input that is the filter


def run(graph: Graph) -> str:
    """Exact because every op's int8 form gives the bytes of its uint8 form, highest bit turned around."""
    chosen = _chosen(graph)
    if not chosen:
        return ""
    known: dict[Tensor, Tensor] = {}
    ops: list[Op] = []
    made_as_int8 = {t for op in graph.ops if op in chosen for t in op.outputs}
    there = set()  # tensors that exist in both forms, or need not
    for op in graph.ops:
        new = as_int8(op, known) if op in chosen else op
        for old, now in zip(op.inputs, new.inputs):
            if old is now or old is None or old.is_constant or old in made_as_int8 or old in there:
                continue
            ops.append(_turned(old, now))
            there.add(old)
        for t in op.inputs if op not in chosen else ():
            if t in made_as_int8 and t in known and t not in there:
                ops.append(_turned(known[t], t))
                there.add(t)
        ops.append(new)
    for t in graph.outputs:
        if t in made_as_int8 and t in known and t not in there:
            ops.append(_turned(known[t], t))
            there.add(t)
    graph.ops = ops
    graph.folded |= {old: (new, None) for old, new in known.items() if old in made_as_int8 and old not in there}
    return f"{len(chosen)} ops made int8"


def as_int8(op: Op, known: dict[Tensor, Tensor]) -> Op:
    """The op on int8 tensors. known: what uint8 tensors have become, to which more are added."""
    inputs = [_filter(t) if _FILTERS.get(op.kind) == n else _shifted(t, known) for n, t in enumerate(op.inputs)]
    options = op.options | {FIRST_SCHEME: True} if _counts(op) else op.options
    return replace(op, inputs=inputs, outputs=[_shifted(t, known) for t in op.outputs], options=options)


def takes(op: Op) -> bool:
    """Does the op work on uint8 numbers, and is there an int8 form of it?"""
    return _is_uint8(op) and (_counts(op) or _moves(op))


def _is_uint8(op: Op) -> bool:
    return not op.subgraphs and any(_number(t) for t in (*op.inputs, *op.outputs))


def _number(tensor: Tensor | None) -> bool:
    """Is it a uint8 tensor that stands for real numbers, and no variable?"""
    if tensor is None or tensor.dtype != "uint8" or tensor.is_variable:
        return False
    return tensor.quantization is not None and len(tensor.quantization.scale) == 1


def _counts(op: Op) -> bool:
    """Is it an op of the first scheme?"""
    return any(FIRST_SCHEME in each.TYPES for each in LOWERINGS.get(op.kind, ()))


def _moves(op: Op) -> bool:
    """Is it an op that takes uint8 numbers as they are, and int8 ones alike?"""
    return op.kind in NEUTRAL or any(each.TYPES == MOVABLE for each in LOWERINGS.get(op.kind, ()))


def _chosen(graph: Graph) -> set[Op]:
    """The ops that become int8: those that count with uint8, and between them those that only move it."""
    candidates = [op for op in graph.ops if takes(op)]
    chosen = {op for op in candidates if _counts(op)}
    near = {t for op in chosen for t in (*op.inputs, *op.outputs) if _number(t)}
    while True:
        more = {op for op in candidates if op not in chosen and any(t in near for t in (*op.inputs, *op.outputs))}
        if not more:
            return chosen
        chosen |= more
        near |= {t for op in more for t in (*op.inputs, *op.outputs) if _number(t)}


def _shifted(tensor: Tensor | None, known: dict[Tensor, Tensor]) -> Tensor | None:
    if not _number(tensor):
        return tensor
    if tensor not in known:
        q = Quantization(tensor.quantization.scale, tensor.quantization.zero_point - 128, tensor.quantization.axis)
        data = None if tensor.data is None else (tensor.data ^ 128).view(np.int8)
        known[tensor] = Tensor(tensor.name, tensor.shape, "int8", q, data, index=tensor.index)
    return known[tensor]


def _filter(tensor: Tensor | None) -> Tensor | None:
    """The filter without its zero point: int8 if it fits."""
    if not _number(tensor) or tensor.data is None:
        return tensor
    data = tensor.data.astype(np.int16) - tensor.zero_point
    if data.min(initial=0) >= -128 and data.max(initial=0) <= 127:
        data = data.astype(np.int8)
    q = Quantization(tensor.quantization.scale, np.zeros_like(tensor.quantization.zero_point), tensor.quantization.axis)
    return Tensor(tensor.name, tensor.shape, "int8" if data.dtype == np.int8 else WIDE, q, data, index=tensor.index)


def _turned(tensor: Tensor, to: Tensor) -> Op:
    """The op that turns the highest bit around."""
    return Op("QUANTIZE", [tensor], [to])
