"""What the reference kernels make of every tensor of a model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

import mite.signal

from .compile import compile_graph
from .errors import MiteError
from .graph import Graph, Op, Tensor
from .ops import LOWERINGS
from .tflite.expose import expose, of_first_versions
from .tflite.read import parse, read
from .tflite.write import write

MICRO, LITERT = "TFLite Micro's reference kernels", "LiteRT's reference kernels"
Run = Callable[[list[np.ndarray]], list[np.ndarray]]


def reference(path: Path, tensors: list[int]) -> tuple[Run, str]:
    """(a function from a run's inputs to the values of these tensors, the reference's name).

    A model with ops of the user's own goes through it in pieces, between which their functions are called, as registered.
    """
    graph = read(path)
    if any(is_own(op) for op in graph.ops):
        return _in_pieces(graph, tensors)
    return _kernels(path.read_bytes(), tensors)


def is_own(op: Op) -> bool:
    """Is this an op that only its user knows?"""
    return op.kind.startswith("CUSTOM:") and op.kind not in LOWERINGS and op.kind.removeprefix("CUSTOM:") not in mite.signal.OPS


def _kernels(data: bytes, tensors: list[int]) -> tuple[Run, str]:
    try:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
        from tflite_micro import runtime
    except ImportError:
        raise MiteError("`mite verify` needs the reference kernels: pip install 'micropython-mite[verify]'") from None
    exposed = expose(data, tensors)
    if not _runs_in_micro(exposed, runtime):
        try:
            litert = Interpreter(
                model_content=of_first_versions(data), experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
                experimental_preserve_all_tensors=True,
            )  # fmt: skip
            litert.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise MiteError(f"neither reference can run this model: {_words(error)}") from None

        def run_litert(inputs):
            for detail, array in zip(litert.get_input_details(), inputs):
                litert.set_tensor(detail["index"], array)
            try:
                litert.invoke()
            except RuntimeError as error:
                raise MiteError(f"the reference refuses these inputs (`mite verify MODEL INPUT.npz` takes others): {_words(error)}") from None
            return [litert.get_tensor(index) for index in tensors]

        return run_litert, LITERT
    micro = runtime.Interpreter.from_bytes(exposed)

    def run_micro(inputs):
        for number, array in enumerate(inputs):
            micro.set_input(array, number)
        micro.invoke()
        return [micro.get_output(number) for number in range(len(tensors))]

    return run_micro, MICRO


def _runs_in_micro(data: bytes, runtime) -> bool:
    """Some ops of TFLite Micro refuse their types when they run, not before. Tried on zeros, with an interpreter of its own: state stays as it was."""
    try:
        micro = runtime.Interpreter.from_bytes(data)
        for number, tensor in enumerate(parse(data).inputs):
            micro.set_input(np.zeros(tensor.shape, tensor.dtype), number)
        micro.invoke()
    except RuntimeError:
        return False
    return True


def _words(error: Exception) -> str:
    return " ".join(str(error).split())


def _in_pieces(graph: Graph, tensors: list[int]) -> tuple[Run, str]:
    """The ops of the user's own are pieces by themselves, those between two of them as well."""
    pieces: list[list[Op]] = []
    for op in graph.ops:
        if not pieces or is_own(op) or is_own(pieces[-1][-1]):
            pieces.append([])
        pieces[-1].append(op)
    steps, names = [], set()
    for ops in pieces:
        made = {t for op in ops for t in op.outputs}
        given = list(dict.fromkeys(t for op in ops for t in op.inputs if t is not None and not t.is_constant and t not in made))
        if any(t.dtype == "resource" or t.is_variable for t in given):
            raise MiteError(f"{graph.name} keeps state between ops of its own: the reference cannot be run in pieces")
        outputs = [t for op in ops for t in op.outputs if t.dtype != "resource"]
        part = Graph(ops, given, outputs)
        if is_own(ops[0]):
            steps.append((given, outputs, _called(part)))
            continue
        data = write(part)
        run, name = _kernels(data, [t.index for t in parse(data).outputs])
        names.add(name)
        steps.append((given, outputs, run))

    def run_pieces(inputs):
        known: dict[Tensor, np.ndarray] = dict(zip(graph.inputs, inputs))
        for given, outputs, run in steps:
            values = run([known[t].reshape(t.shape) for t in given])
            known |= {t: np.asarray(value).reshape(t.shape) for t, value in zip(outputs, values)}
        by_index = {t.index: value for t, value in known.items()}
        return [by_index[index] for index in tensors]

    return run_pieces, " and ".join(sorted(names) + ["the functions that were registered"])


def _called(part: Graph) -> Run:
    """An op of the user's own, called by mite with nothing around it."""
    model = mite.Model(compile_graph(parse(write(part))).image)

    def run(inputs):
        for tensor, value in zip(model.inputs, inputs):
            tensor.data[:] = np.ascontiguousarray(value).tobytes()
        model.invoke()
        return [np.frombuffer(bytes(t.data), t.dtype).reshape(t.shape) for t in model.outputs]

    return run
