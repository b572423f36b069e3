"""RESHAPE and its like cost nothing: the output becomes a view of the input's bytes, the op goes."""

from ..graph import Graph
from ..program import root

KINDS = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")


def run(graph: Graph) -> str:
    """Exact because the op's output has the same bytes in the same order as its input."""
    kept, saved = [], 0
    for op in graph.ops:
        if op.kind in KINDS and not root(op.inputs[0]).is_constant:
            op.outputs[0].view_of = op.inputs[0]
            saved += op.outputs[0].bytes
        else:
            kept.append(op)
    removed = len(graph.ops) - len(kept)
    graph.ops = kept
    return f"{removed} {'copy' if removed == 1 else 'copies'} of {saved:,} bytes" if removed else ""
