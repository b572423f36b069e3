"""What the tests of variables share."""

import numpy as np
from harness import Mite, Numbers, Reference, chain, samples, tensor
from mite_tools.graph import Op, Tensor
from mite_tools.tflite.write import write

INT8 = Numbers(0.05, -7)


def handle(name=b"v") -> Op:
    return Op("VAR_HANDLE", [], [Tensor("", (), "resource")], {"container": b"", "shared_name": name})


def read(resource: Tensor, shape, numbers=INT8) -> Op:
    return Op("READ_VARIABLE", [resource], [tensor(shape, numbers=numbers)])


def assign(resource: Tensor, value: Tensor) -> Op:
    return Op("ASSIGN_VARIABLE", [resource, value], [])


def add(a: Tensor, b: Tensor, numbers=INT8) -> Op:
    return Op("ADD", [a, b], [tensor(a.shape, numbers=numbers)], {"fused_activation_function": 0})


def agree_over(ops, outputs, runs=6):
    """The same bytes in every run of a sequence, and the same again after a reset."""
    data = write(chain(ops, outputs))
    reference, ours = Reference(data), Mite(data)
    rng, first = np.random.default_rng(0), None
    inputs = [op_in for op in ops for op_in in op.inputs if op_in.name == "x"][:1]
    sequence = [[samples(inputs[0], rng)[0]] for _ in range(runs)]
    for run in sequence:
        wanted, got = reference.run(run, len(outputs)), ours.run(run, len(outputs))
        first = got if first is None else first
        for a, b in zip(wanted, got):
            assert np.array_equal(a, b), f"{a} expected, not {b}"
    ours.model.reset()
    for a, b in zip(first, ours.run(sequence[0], len(outputs))):
        assert np.array_equal(a, b), f"after a reset {b}, at first {a}"
    return ours.model
