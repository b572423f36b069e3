"""Ops of nothing but constants are run now, and their outputs become constants."""

from dataclasses import replace

import numpy as np

from ..errors import MiteError
from ..graph import Graph, Op
from .dead_code import EFFECTS


GROWTH = 4  # times the bytes that went in: beyond that (FILL, TILE) the image would pay more than it is worth
SMALL = 64  # bytes


def run(graph: Graph) -> str:
    """Exact because it is the C core itself that computes them."""
    folded = 0
    for op in list(graph.ops):
        if not _is_constant(op, graph) or not _fold(op):
            continue
        graph.ops.remove(op)
        folded += 1
    return f"{folded} ops" if folded else ""


def _is_constant(op: Op, graph: Graph) -> bool:
    if op.subgraphs or not op.outputs or op.kind in EFFECTS or any(t in graph.outputs or t.dtype == "resource" for t in op.outputs):
        return False
    inputs = [t for t in op.inputs if t is not None]
    if not inputs or not all(t.is_constant and not t.is_variable for t in inputs):
        return False
    return sum(t.bytes for t in op.outputs) <= max(SMALL, GROWTH * sum(t.bytes for t in inputs))


def _fold(op: Op) -> bool:
    """Run the op by itself; False if it cannot be."""
    import mite

    from ..compile import lower, planner
    from ..image.pack import pack

    outputs = [replace(t, view_of=None) for t in op.outputs]
    alone = Graph([Op(op.kind, list(op.inputs), outputs, op.options)], [], outputs)
    try:
        program = lower(alone)
        model = mite.Model(pack(program, planner.make(program), {}))
        model.invoke()
    except (MiteError, mite.ModelError, KeyError, ValueError):
        return False
    for t, found in zip(op.outputs, model.outputs):
        t.data = np.frombuffer(bytes(found.data), t.dtype).reshape(t.shape)
    return True
