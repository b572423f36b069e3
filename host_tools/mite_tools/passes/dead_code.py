"""Ops whose outputs nobody reads go."""

from ..graph import Graph, Op

EFFECTS = ("VAR_HANDLE", "ASSIGN_VARIABLE", "READ_VARIABLE", "CALL_ONCE")  # they are there for the state


def acts(op: Op) -> bool:
    """May an op do more than make its outputs?"""
    return op.kind in EFFECTS or op.kind.startswith("CUSTOM:")


def run(graph: Graph) -> str:
    """Exact because nothing else sees what these ops do. Backwards, so that what only fed a dead op goes as well."""
    needed = set(graph.outputs)
    kept = []
    for op in reversed(graph.ops):
        kept_for_itself = not op.outputs or op.subgraphs or acts(op) or any(t.is_variable for t in op.inputs if t)
        if kept_for_itself or needed.intersection(op.outputs):
            kept.append(op)
            needed.update(t for t in op.inputs if t is not None)
    removed = len(graph.ops) - len(kept)
    graph.ops = kept[::-1]
    return f"{removed} ops" if removed else ""
