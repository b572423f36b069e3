"""What the host can know is computed now: ops of nothing but constants, shapes of tensors, and what follows from them.

Exporters write shapes as ops (SHAPE, STRIDED_SLICE, PACK, RESHAPE): here they go, and what they led to gets its shape.
"""

from dataclasses import replace

import numpy as np

from ..errors import MiteError
from ..graph import Graph, Op, Tensor
from .dead_code import acts
from .shapes import infer

GROWTH = 4  # times the bytes that went in: beyond that (FILL, TILE) the image would pay more than it is worth
SMALL = 64  # bytes
BY_SHAPE = ("SHAPE", "RANK")  # their inputs' shapes tell all


def run(graph: Graph) -> str:
    """Exact because it is the C core itself that computes them."""
    folded, shaped = _fold_all(graph)
    said = [f"{folded} ops computed by the host"] if folded else []
    return ", ".join(said + ([f"{shaped} tensors got their shape"] if shaped else []))


def _fold_all(graph: Graph) -> tuple[int, int]:
    """(ops that went, tensors that got another shape)"""
    made: set[Tensor] = set()  # constants that were ops' outputs
    shaped: set[Tensor] = set()
    folded = 0
    for op in list(graph.ops):
        known = _is_known(op, graph)
        if known or _is_unsettled(op, made, shaped):
            shaped |= _settle(op)
        if known and _is_small(op) and _compute(op):
            made.update(op.outputs)
            graph.ops.remove(op)
            folded += 1
    return folded, len(shaped - made)


def _is_unsettled(op: Op, made: set[Tensor], shaped: set[Tensor]) -> bool:
    """Can the shapes that the file says of the outputs be others than they are?"""
    sizes = (t.dynamic[1:] if t.dynamic else () for t in op.outputs)
    return any(t in made or t in shaped for t in op.inputs if t is not None) or any(True in each for each in sizes)


def _settle(op: Op) -> set[Tensor]:
    """Give the outputs their shapes, as far as they can be told; those that got another one."""
    changed = set()
    for tensor, shape in zip(op.outputs, infer(op) or ()):
        if tensor.shape != shape:
            tensor.shape = shape
            changed.add(tensor)
    return changed


def _is_known(op: Op, graph: Graph) -> bool:
    if op.subgraphs or not op.outputs or acts(op) or any(t in graph.outputs or t.dtype == "resource" for t in op.outputs):
        return False
    inputs = [t for t in op.inputs if t is not None]
    return bool(inputs) and (op.kind in BY_SHAPE or all(t.is_constant and not t.is_variable for t in inputs))


def _is_small(op: Op) -> bool:
    return sum(t.bytes for t in op.outputs) <= max(SMALL, GROWTH * sum(t.bytes for t in op.inputs if t is not None))


def _compute(op: Op) -> bool:
    """Run the op by itself; False if it cannot be."""
    import mite

    from ..compile import lower, planner
    from ..image.pack import pack
    from ..ops import lowering_of

    outputs = [replace(t, view_of=None) for t in op.outputs]
    alone = Graph([Op(op.kind, list(op.inputs), outputs, op.options)], [], outputs)
    try:
        lowering = lowering_of(op)
        if lowering is None or lowering.unsupported(op):
            return False
        program = lower(alone)
        model = mite.Model(pack(program, planner.make(program), {}))
        model.invoke()
    except (MiteError, mite.ModelError, KeyError, IndexError, ValueError):
        return False
    for t, found in zip(op.outputs, model.outputs):
        t.data = np.frombuffer(bytes(found.data), t.dtype).reshape(t.shape)
    return True
