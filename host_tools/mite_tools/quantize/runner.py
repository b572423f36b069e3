"""Runs a graph in LiteRT and shows every tensor of it."""

import numpy as np

from ..errors import MiteError
from ..graph import Graph, Tensor
from ..tflite.write import write
from .ranges import quantize
from .real import real_numbers


class Runner:
    """LiteRT's kernels, with every intermediate tensor. reference: its reference kernels in place of the faster ones."""

    def __init__(self, graph: Graph, reference: bool = False):
        try:
            from ai_edge_litert.interpreter import Interpreter, OpResolverType
        except ImportError:
            raise MiteError("`mite quantize` runs the float model with LiteRT: pip install ai-edge-litert") from None
        kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        self.graph, self.numbers = graph, {t: number for number, t in enumerate(graph.tensors())}
        self.data = write(graph)
        try:
            self.interpreter = Interpreter(model_content=self.data, experimental_op_resolver_type=kernels,
                                           experimental_preserve_all_tensors=True, num_threads=1)  # fmt: skip
            self.interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise MiteError(f"LiteRT cannot run {graph.name}: {' '.join(str(error).split())}") from None

    def run(self, inputs: list[np.ndarray]) -> None:
        """One inference. inputs: in the shapes and types of the graph's."""
        for t, value in zip(self.graph.inputs, inputs):
            self.interpreter.set_tensor(self.numbers[t], value)
        try:
            self.interpreter.invoke()
        except RuntimeError as error:
            raise MiteError(f"LiteRT cannot run {self.graph.name}: {' '.join(str(error).split())}") from None

    def value(self, tensor: Tensor) -> np.ndarray:
        """A tensor's value after the last run."""
        return self.interpreter.get_tensor(self.numbers[tensor])

    def outputs(self, inputs: list[np.ndarray]) -> list[np.ndarray]:
        """The graph's outputs for these inputs."""
        self.run(inputs)
        return [self.value(t) for t in self.graph.outputs]


def as_numbers(graph: Graph, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """A float model's inputs as an integer one takes them."""
    return [quantize(array, t.quantization, t.dtype) if t.is_quantized else array for array, t in zip(inputs, graph.inputs)]


def real_values(tensor: Tensor, values: np.ndarray) -> np.ndarray:
    """What the values of a tensor of either model stand for."""
    return real_numbers(Tensor("", values.shape, tensor.dtype, tensor.quantization, values)) if tensor.is_quantized else values
