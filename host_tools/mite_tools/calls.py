"""The subgraphs that IF and WHILE call: what runs in them is part of the model's program."""

from collections.abc import Iterator

from .graph import Graph, Op, Tensor
from .program import root

KINDS = ("IF", "WHILE")


def graphs(graph: Graph) -> Iterator[Graph]:
    """The subgraphs that ops of this graph call, and those that ops of these call, inner ones first."""
    for op in graph.ops:
        if op.kind in KINDS:
            for inner in op.subgraphs:
                yield from graphs(inner)
                yield inner


def every_op(graph: Graph) -> Iterator[Op]:
    """The ops of a graph, each followed by those of the subgraphs that it calls."""
    for op in graph.ops:
        yield op
        if op.kind in KINDS:
            for inner in op.subgraphs:
                yield from every_op(inner)


def arguments(op: Op) -> list[Tensor]:
    """What an IF or a WHILE hands to its subgraphs."""
    return op.inputs[1:] if op.kind == "IF" else op.inputs


def invariant(op: Op, number: int) -> bool:
    """Is argument `number` of a WHILE the same in every round?"""
    body, given = op.subgraphs[1], root(op.inputs[number])
    value = root(body.outputs[number])
    if value is body.inputs[number]:
        return True
    return given.is_constant and value.is_constant and given.data.tobytes() == value.data.tobytes()


def tell(graph: Graph) -> None:
    """Tell subgraphs what their callers know: constants, and which variables the resources stand for."""
    for op in graph.ops:
        if op.kind not in KINDS:
            continue
        known = [op.kind == "IF" or invariant(op, number) for number in range(len(arguments(op)))]
        for inner in op.subgraphs:
            for tensor, given, fixed in zip(inner.inputs, arguments(op), known):
                if given.dtype == "resource" and not any(tensor in each.outputs for each in inner.ops):
                    handle = next(each for each in graph.ops if given in each.outputs)
                    inner.ops.insert(0, Op(handle.kind, [], [tensor], handle.options))
                elif fixed and given.dtype != "resource":
                    insert(inner, tensor, given)
            tell(inner)


def insert(graph: Graph, tensor: Tensor, given: Tensor) -> None:
    """Put a constant in the place of an input of a subgraph, if it is one."""
    source = root(given)
    if source.is_constant:
        data = source.data.reshape(tensor.shape)
        graph.replace(tensor, Tensor(tensor.name, tensor.shape, tensor.dtype, tensor.quantization, data, index=tensor.index))
