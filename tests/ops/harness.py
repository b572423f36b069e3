"""Builds graphs of one op, runs them in the reference and in mite, and compares every byte.

The reference is TFLite Micro's own kernels (the package tflite-micro); tests that name `litert` use LiteRT's reference kernels instead
and say why.
"""

from dataclasses import dataclass

import mite
import numpy as np
from mite_tools.calls import every_op
from mite_tools.compile import compile_graph
from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.ops import LOWERINGS
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from tflite_micro import runtime

SAME, VALID = 0, 1
NONE, RELU, RELU_N1_TO_1, RELU6 = 0, 1, 2, 3
CLAMPS = (NONE, RELU, RELU_N1_TO_1, RELU6)
AWKWARD = (1, 3, 7, 8, 15, 16, 17, 33)
REFERENCE_ARENA = 1 << 20


@dataclass(frozen=True)
class Numbers:
    """How a tensor's numbers stand for real ones."""

    scale: float = 0.05
    zero_point: int = 0


def tensor(shape, dtype="int8", numbers: Numbers | None = Numbers(), data=None) -> Tensor:
    """A tensor of `shape` quantized as a whole; numbers=None for one that is not quantized. data: makes it a constant."""
    quantization = None
    if numbers is not None and dtype != "float32":
        quantization = Quantization(np.array([numbers.scale], np.float32), np.array([numbers.zero_point], np.int64))
    data = None if data is None else np.asarray(data, dtype).reshape(shape)
    return Tensor("", tuple(shape), dtype, quantization, data)


def indices(*values) -> Tensor:
    """A constant int32 vector: axes, a shape."""
    return tensor((len(values),), "int32", None, values)


def one_op(kind: str, inputs: list[Tensor | None], outputs: list[Tensor], **options) -> Graph:
    """A graph of one op. Its inputs are the op's inputs that are not constant, in their order, each once."""
    return chain([Op(kind, inputs, outputs, options)], outputs)


def chain(ops: list[Op], outputs: list[Tensor]) -> Graph:
    """A graph of several ops. Its inputs are what no op makes and is no constant."""
    made = {t for op in ops for t in op.outputs}
    inputs = list(dict.fromkeys(t for op in ops for t in op.inputs if t is not None and not t.is_constant and t not in made))
    graph = Graph(ops, inputs, outputs)
    for number, t in enumerate(graph.tensors()):
        t.name = t.name or f"t{number}"
    return graph


def ranges(dtype: str) -> tuple[int, int]:
    """The smallest and the largest number of an integer type."""
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def samples(tensor: Tensor, rng: np.random.Generator) -> list[np.ndarray]:
    """Values for an input: two random ones, all low, all high, low and high mixed."""
    shape = tensor.shape
    if tensor.dtype == "float32":
        wide = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, shape)
        return [a.astype(np.float32) for a in (rng.normal(size=shape), wide, np.full(shape, -1e30), np.full(shape, 1e30), wide / 1e20)]
    if tensor.dtype == "bool":
        return [rng.integers(0, 2, shape).astype(bool) for _ in range(5)]
    low, high = ranges(tensor.dtype)
    few = rng.integers(low, high, shape, endpoint=True)
    many = rng.integers(low, high, shape, endpoint=True)
    return [a.astype(tensor.dtype) for a in (few, many, np.full(shape, low), np.full(shape, high), rng.choice([low, high], shape))]


class Reference:
    """TFLite Micro."""

    def __init__(self, model: bytes):
        self.interpreter = runtime.Interpreter.from_bytes(model, arena_size=REFERENCE_ARENA)

    def run(self, inputs: list[np.ndarray], outputs: int) -> list[np.ndarray]:
        for number, value in enumerate(inputs):
            self.interpreter.set_input(value, number)
        self.interpreter.invoke()
        return [self.interpreter.get_output(number) for number in range(outputs)]


class LiteRt:
    """LiteRT's reference kernels: for what TFLite Micro lacks."""

    def __init__(self, model: bytes):
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self.interpreter = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
        self.interpreter.allocate_tensors()

    def run(self, inputs: list[np.ndarray], outputs: int) -> list[np.ndarray]:
        for detail, value in zip(self.interpreter.get_input_details(), inputs):
            self.interpreter.set_tensor(detail["index"], value)
        self.interpreter.invoke()
        return [self.interpreter.get_tensor(detail["index"]) for detail in self.interpreter.get_output_details()]


# (op, type of its main tensor in the file) of every op that mite ran: of the test that runs now, and of those that passed.
# conftest.py moves them from one to the other; test_types.py looks whether any is missing that SPEC.md names.
RUN_NOW: dict[tuple[str, str], bytes] = {}
PASSED: dict[tuple[str, str], bytes] = {}  # with the first model that has it


def note(graph: Graph, model: bytes = b"") -> None:
    """These ops are part of what the test that runs now looks at."""
    RUN_NOW.update({(op.kind, LOWERINGS[op.kind][0].main_type(op)): model for op in every_op(graph) if op.kind in LOWERINGS})


class Mite:
    """mite's C core, from the same .tflite file."""

    def __init__(self, model: bytes):
        note(parse(model), model)
        self.model = mite.Model(compile_graph(parse(model)).image)

    def run(self, inputs: list[np.ndarray], outputs: int) -> list[np.ndarray]:
        # What an op fails to write shows.
        self.model.arena[:] = b"\xa5" * len(self.model.arena)
        for tensor, value in zip(self.model.inputs, inputs):
            tensor.data[:] = value.tobytes()
        self.model.invoke()
        return [np.frombuffer(bytes(t.data), t.dtype).reshape(t.shape) for t in self.model.outputs]


def agree(graph: Graph, seed: int = 0, given: list[list[np.ndarray]] | None = None, oracle=Reference, ours=Mite) -> None:
    """AssertionError unless mite gives the oracle's bytes on every set of inputs: those given, or five of its own."""
    data = write(graph)
    reference, tested = oracle(data), ours(data)
    rng = np.random.default_rng(seed)
    for inputs in given or zip(*(samples(t, rng) for t in graph.inputs)):
        inputs = list(inputs)
        wanted = reference.run(inputs, len(graph.outputs))
        got = tested.run(inputs, len(graph.outputs))
        for number, (a, b) in enumerate(zip(wanted, got, strict=True)):
            assert a.dtype == b.dtype and a.size == b.size, f"output {number}: {b.dtype}{b.shape}, {a.dtype}{a.shape} expected"
            a, b = a.reshape(-1), b.reshape(-1)
            wrong = np.flatnonzero(a.view(np.uint8).reshape(a.size, -1) != b.view(np.uint8).reshape(a.size, -1)) // a.itemsize
            assert not len(wrong), (
                f"{graph.ops[0]}: output {number}: {len(set(wrong.tolist()))} of {a.size} numbers differ; "
                f"at {wrong[0]} mite says {b[wrong[0]]}, the reference {a[wrong[0]]}"
            )
