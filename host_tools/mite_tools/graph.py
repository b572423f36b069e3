"""The graph that every stage of the compiler works on: tensors, ops, quantization."""

import math
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Quantization:
    """real = scale * (number - zero_point), per tensor (length 1) or per slice of `axis`."""

    scale: np.ndarray  # float32 [n]
    zero_point: np.ndarray  # int64 [n]
    axis: int = 0


@dataclass(eq=False)
class Tensor:
    """A value in the graph. Compared by identity."""

    name: str
    shape: tuple[int, ...]
    dtype: str  # numpy's name of the type, or "int4", whose data are int8
    quantization: Quantization | None = None
    data: np.ndarray | None = None  # a constant's value, in `shape`
    is_variable: bool = False  # lives in the state: keeps its value from one inference to the next
    index: int = -1  # in the file it came from
    dynamic: tuple[bool, ...] = ()  # which dimensions the file leaves open; empty if none
    in_rows: bool = False  # an input that is never there as a whole: its rows are asked for as they are needed
    view_of: "Tensor | None" = None  # the tensor whose bytes this one shows in another shape

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return (self.count + 1) // 2 if self.dtype == "int4" else self.count * np.dtype(self.dtype).itemsize

    @property
    def is_constant(self) -> bool:
        return self.data is not None

    @property
    def scale(self) -> float:
        """The one scale of a tensor quantized as a whole, as the double that equals the file's float32."""
        return float(self.quantization.scale[0])

    @property
    def zero_point(self) -> int:
        return int(self.quantization.zero_point[0])

    @property
    def is_quantized(self) -> bool:
        return self.quantization is not None and len(self.quantization.scale) > 0

    def __repr__(self) -> str:
        return f"<{self.name} {self.dtype}{list(self.shape)}>"


@dataclass(eq=False)
class Op:
    """One operation: `kind` and `options` as TFLite names them. An optional input that is absent is None."""

    kind: str
    inputs: list[Tensor | None]
    outputs: list[Tensor]
    options: dict = field(default_factory=dict)
    index: int = -1  # in the file it came from
    subgraphs: "list[Graph]" = field(default_factory=list)  # that it calls, in the order of its options

    def __repr__(self) -> str:
        return f"<{self.kind} {self.index}: {self.inputs} -> {self.outputs}>"


@dataclass
class Graph:
    """A model: ops in an order that can be run."""

    ops: list[Op]
    inputs: list[Tensor]
    outputs: list[Tensor]
    name: str = "model"
    constant_bytes: int = 0  # of weights and biases, as the file holds them
    metadata: dict = field(default_factory=dict)  # of mite's own, as the file holds them: what goes into the image's
    quantized: dict = field(default_factory=dict)  # how the model was quantized, as the file tells it
    folded: dict = field(default_factory=dict)  # a tensor that has gone -> (the one in its place, the channels left or None for all)

    def tensors(self) -> list[Tensor]:
        """Every tensor, in the order of first appearance."""
        seen: dict[Tensor, None] = dict.fromkeys(self.inputs)
        for op in self.ops:
            seen.update(dict.fromkeys(t for t in (*op.inputs, *op.outputs) if t is not None))
        seen.update(dict.fromkeys(self.outputs))
        return list(seen)

    def stand_in(self, tensor: Tensor) -> tuple[Tensor, np.ndarray | None]:
        """(what is now in the place of a tensor of the file, the channels of it that are left or None for all)."""
        channels = None
        while tensor in self.folded:
            tensor, left = self.folded[tensor]
            if left is not None:
                channels = left if channels is None else channels[left]
        return tensor, channels

    def replace(self, old: Tensor, new: Tensor) -> None:
        """Every use of `old` becomes one of `new`."""
        for op in self.ops:
            op.inputs = [new if t is old else t for t in op.inputs]
        self.outputs = [new if t is old else t for t in self.outputs]
