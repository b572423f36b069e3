"""TensorFlow Lite's quantization scheme: which ops have integer kernels, and what these demand of the scales around them.

Source: TensorFlow Lite's 8-bit quantization specification, and what the kernels of TFLite Micro and LiteRT check.
"""

from ..graph import Graph, Op, Quantization, Tensor
from ..ops import LOWERINGS
from .ranges import numbers
from .real import WEIGHTED, is_weighted

# Outputs with the scale of their inputs: the kernels move or compare numbers as they are.
SAME = (
    "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "PAD", "PADV2", "MIRROR_PAD", "MAX_POOL_2D", "AVERAGE_POOL_2D", "SLICE", "STRIDED_SLICE",
    "SPLIT", "SPLIT_V", "UNPACK", "PACK", "CONCATENATION", "GATHER", "GATHER_ND", "TILE", "REVERSE_V2", "SPACE_TO_DEPTH", "DEPTH_TO_SPACE",
    "BATCH_TO_SPACE_ND", "SPACE_TO_BATCH_ND", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "BROADCAST_TO", "MAXIMUM", "MINIMUM", "REDUCE_MAX",
    "REDUCE_MIN", "SELECT", "SELECT_V2", "DYNAMIC_UPDATE_SLICE",
)  # fmt: skip
# Any scale on either side.
FREE = (
    *WEIGHTED, "ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE", "MEAN", "SUM", "RELU", "RELU6", "RELU_N1_TO_1", "LEAKY_RELU", "PRELU", "ELU",
    "HARD_SWISH", "ABS", "RSQRT", "BATCH_MATMUL", "ARG_MAX", "ARG_MIN",
)  # fmt: skip
# (scale, zero point) that the kernels insist on
FIXED = {
    "int8": {"SOFTMAX": (1 / 256, -128), "LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0), "LOG_SOFTMAX": (16 / 256, 127), "L2_NORMALIZATION": (1 / 128, 0)},
    "int16": {"SOFTMAX": (1 / 32768, 0), "LOGISTIC": (1 / 32768, 0), "TANH": (1 / 32768, 0)},
}  # fmt: skip


def has_kernel(op: Op, dtype: str) -> bool:
    """Is there an integer kernel for an op of a float graph, whose activations become `dtype`?"""
    if op.kind not in SAME + FREE and op.kind not in FIXED[dtype]:
        return False
    if op.kind in WEIGHTED and not is_weighted(op) or op.subgraphs or op.options.get("fused_activation_function", 0) not in (0, 1, 2, 3):
        return False
    data = [t for t in op.inputs if is_real(t)]
    if not data or any(t.is_variable for t in data) or all(t.is_constant for t in data):
        return False
    return any(dtype in each.TYPES for each in LOWERINGS.get(op.kind, ()))


def is_real(tensor: Tensor | None) -> bool:
    return tensor is not None and tensor.dtype == "float32"


class Groups:
    """Which tensors have one scale in common. fixed: tensors of the graph whose scale is given, such as an input's."""

    def __init__(self, graph: Graph, integer: set[Op], dtype: str, fixed: dict[Tensor, Quantization]):
        self.above: dict[Tensor, Tensor] = {}
        self.fixed = dict(fixed)
        for op in graph.ops:
            if op not in integer:
                continue
            if op.kind in FIXED[dtype]:
                self.fixed[op.outputs[0]] = numbers(*FIXED[dtype][op.kind])
            elif op.kind in SAME:
                self.join(op)

    def join(self, op: Op) -> None:
        """The tensors of an op that moves numbers; inputs whose scale is given are brought to the others' by a QUANTIZE, unless they are alone."""
        inputs, outputs = [t for t in op.inputs if is_real(t)], [t for t in op.outputs if is_real(t)]
        for t in inputs:
            if len(inputs) == 1 or self.top(t) not in self.fixed:
                for output in outputs:
                    self.unite(t, output)

    def top(self, tensor: Tensor) -> Tensor:
        while tensor in self.above:
            tensor = self.above[tensor]
        return tensor

    def unite(self, a: Tensor, b: Tensor) -> None:
        a, b = self.top(a), self.top(b)
        if a is not b:
            self.above[b] = a
            if b in self.fixed:
                self.fixed.setdefault(a, self.fixed[b])

    def members(self, tensors) -> dict[Tensor, list[Tensor]]:
        """Each group's tensors under the one that stands for it."""
        found: dict[Tensor, list[Tensor]] = {}
        for t in tensors:
            found.setdefault(self.top(t), []).append(t)
        return found
