"""What the tests of IF and WHILE share: subgraphs, and how they are held against the reference."""

import numpy as np
from harness import Mite, Numbers, Reference, chain, samples, tensor
from mite_tools.compile import compile_graph
from mite_tools.graph import Graph, Op, Tensor
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write

INT8 = Numbers(0.5, 0)


def value(shape=(1,), numbers=INT8) -> Tensor:
    return tensor(shape, numbers=numbers)


def constant(*values, numbers=INT8) -> Tensor:
    return tensor((len(values),), numbers=numbers, data=values)


def flag() -> Tensor:
    return Tensor("", (1,), "bool")


def binary(kind: str, a: Tensor, b: Tensor, output: Tensor | None = None) -> Op:
    """ADD, SUB or MUL of two tensors."""
    return Op(kind, [a, b], [output or value(a.shape)], {"fused_activation_function": 0})


def compare(kind: str, a: Tensor, b: Tensor) -> Op:
    return Op(kind, [a, b], [flag()])


def graph(ops: list[Op], inputs: list[Tensor], outputs: list[Tensor]) -> Graph:
    """A subgraph, whose tensors get names."""
    made = Graph(ops, inputs, outputs)
    for number, t in enumerate(made.tensors()):
        t.name = t.name or f"s{number}"
    return made


def call(kind: str, inputs: list[Tensor], subgraphs: list[Graph], outputs: list[Tensor] | None = None) -> Op:
    """An IF or a WHILE."""
    first = 1 if kind == "IF" else 0
    outputs = outputs or [value(t.shape) for t in (subgraphs[0].outputs if kind == "IF" else inputs[first:])]
    keys = ("then_subgraph_index", "else_subgraph_index") if kind == "IF" else ("cond_subgraph_index", "body_subgraph_index")
    return Op(kind, inputs, outputs, dict.fromkeys(keys, 0), subgraphs=subgraphs)


def agree(ops: list[Op], outputs: list[Tensor], given: list[list] | None = None, runs: int = 4) -> Mite:
    """AssertionError unless mite gives the reference's bytes, run after run in the same memory. given: numbers of each input, for each run."""
    model = chain(ops, outputs)
    data = write(model)
    reference, ours = Reference(data), Mite(data)
    rng = np.random.default_rng(0)
    if given is None:
        given = [[samples(t, rng)[n % 5] for t in model.inputs] for n in range(runs)]
    for run in given:
        run = [np.asarray(numbers, t.dtype).reshape(t.shape) for numbers, t in zip(run, model.inputs)]
        wanted, got = reference.run(run, len(outputs)), ours.run(run, len(outputs))
        for number, (a, b) in enumerate(zip(wanted, got)):
            assert np.array_equal(a.reshape(-1), b.reshape(-1)), f"{run}: output {number}: {b.reshape(-1)}, the reference {a.reshape(-1)}"
    return ours


def compiled(ops: list[Op], outputs: list[Tensor]):
    """What the compiler makes of it, as a file."""
    return compile_graph(parse(write(chain(ops, outputs))))
