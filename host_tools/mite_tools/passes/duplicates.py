"""Of ops that do the same to the same inputs only the first is left (common subexpressions)."""

import numpy as np

from ..graph import Graph, Op, Tensor
from .dead_code import acts


def run(graph: Graph) -> str:
    """Exact because every op but those of the state gives the same answer whenever it is asked."""
    first: dict[tuple, Op] = {}
    removed = 0
    for op in list(graph.ops):
        if op.subgraphs or not op.outputs or acts(op) or any(t.is_variable for t in (*op.inputs, *op.outputs) if t):
            continue
        same = first.setdefault(_key(op), op)
        # An output keeps an op of its own: it has a name and a place of its own.
        if same is op or any(t in graph.outputs for t in op.outputs):
            continue
        for old, new in zip(op.outputs, same.outputs):
            graph.replace(old, new)
        graph.ops.remove(op)
        removed += 1
    return f"{removed} ops" if removed else ""


def _key(op: Op) -> tuple:
    options = tuple(sorted((k, v.tobytes() if isinstance(v, np.ndarray) else repr(v)) for k, v in op.options.items()))
    return op.kind, options, tuple(map(_value, op.inputs)), tuple(_type(t) for t in op.outputs)


def _value(tensor: Tensor | None):
    """What tells one input from another: a constant by what it holds."""
    if tensor is None or not tensor.is_constant:
        return tensor
    return _type(tensor), tensor.data.tobytes()


def _type(tensor: Tensor) -> tuple:
    q = tensor.quantization
    return tensor.shape, tensor.dtype, None if q is None else (q.scale.tobytes(), q.zero_point.tobytes(), q.axis)
