"""What IF and WHILE share: a subgraph's ops become records of the program that calls it."""

from ..calls import arguments, insert
from ..graph import Graph, Op, Tensor
from ..program import Constant, Program, Record, root
from .base import Lowering
from .movement import move

ALWAYS = Constant(b"\0", align=1)  # as the condition of a JUMP


class Call(Lowering):
    """An op that calls subgraphs. What is in them is checked like the model's own ops."""

    TYPES = ("bool",)  # of the condition; the values that go through are of any type

    def main_type(self, op: Op) -> str:
        return "bool"

    def unsupported(self, op: Op) -> str | None:
        for graph in op.subgraphs:
            if len(graph.inputs) != len(arguments(op)):
                return f"a subgraph takes {len(graph.inputs)} inputs, {len(arguments(op))} are given"
            for inner, given in zip(graph.inputs, arguments(op)):
                if reason := mismatch(inner, given):
                    return reason
        return None


def mismatch(a: Tensor, b: Tensor) -> str | None:
    """Why the bytes of one tensor cannot be those of the other, or None."""
    if a.dtype != b.dtype:
        return f"{a.dtype} and {b.dtype} for the same value"
    if a.dtype != "resource" and a.bytes != b.bytes:
        return f"the shape of a value changes from {list(b.shape)} to {list(a.shape)}"
    return None


def jump(program: Program, target: Record, condition: Tensor | Constant = ALWAYS) -> None:
    """Append a jump, taken where `condition` is 0."""
    program.add("JUMP", condition=condition, target=target)


def copy(program: Program, source: Tensor, target: Tensor) -> None:
    """Append what copies a whole tensor."""
    move(program, source, target, lambda x: x.reshape(target.shape))


def inline(program: Program, graph: Graph, inputs: list[Tensor]) -> None:
    """Append the records of a subgraph: its inputs become views of what it is given."""
    for inner, given in zip(graph.inputs, inputs):
        if inner.dtype != "resource":
            insert(graph, inner, given)
            inner.view_of = given
    outer, program.scope = program.scope, graph
    source = program.source
    from . import lowering_of  # which imports all that is here

    for op in graph.ops:
        program.source = op
        lowering_of(op).lower(op, program)
    program.scope, program.source = outer, source


def inline_to(program: Program, graph: Graph, inputs: list[Tensor], outputs: list[Tensor]) -> None:
    """Append the records of a subgraph that leaves its outputs in `outputs`: made there, or copied where they are not its own."""
    made = {root(t) for op in graph.ops if op.kind != "READ_VARIABLE" for t in op.outputs if root(t) is t}
    copied = []
    for inner, wanted in zip(graph.outputs, outputs):
        if wanted.dtype == "resource":
            continue
        if root(inner) in made:
            made.remove(root(inner))
            root(inner).view_of = wanted
        else:
            copied.append((inner, wanted))
    inline(program, graph, inputs)
    for inner, wanted in copied:
        copy(program, inner, wanted)
