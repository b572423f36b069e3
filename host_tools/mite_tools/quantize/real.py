"""The model in real numbers: what was stored in fewer bits becomes float32, and activations go into the ops in front of them."""

import numpy as np

from ..compile import prepare
from ..errors import ConvertError
from ..graph import Graph, Op, Tensor

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
_FUSIBLE = (*WEIGHTED, "ADD", "SUB", "MUL", "DIV")  # ops that can clamp their output themselves
_FUSED = {"RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}
_NARROW = ("float16", "int8", "uint8", "int4", "int16")


def as_real(graph: Graph) -> Graph:
    """The graph, changed: float32 throughout, every shape fixed.

    float16 weights, constants behind DEQUANTIZE and the int8 weights of hybrid ops are unfolded. ConvertError for a model that is
    quantized already.
    """
    for op in graph.ops:
        if op.kind != "DEQUANTIZE" and any(t is not None and not t.is_constant and t.dtype in _NARROW for t in (*op.inputs, *op.outputs)):
            kinds = ", ".join(dict.fromkeys(t.dtype for t in op.outputs))
            raise ConvertError(f"{graph.name} is quantized already: its {op.kind} gives {kinds}. `mite convert` takes it as it is")
    for op in graph.ops:
        if op.kind == "DEQUANTIZE" and op.inputs[0].is_constant:
            op.outputs[0].data = real_numbers(op.inputs[0])
    graph.ops = [op for op in graph.ops if not (op.kind == "DEQUANTIZE" and op.inputs[0].is_constant)]
    unfolded: dict[Tensor, Tensor] = {}
    for op in graph.ops:
        for number, t in enumerate(op.inputs):
            if t is not None and t.is_constant and t.dtype in _NARROW:
                if t not in unfolded:
                    unfolded[t] = Tensor(t.name, t.shape, "float32", None, real_numbers(t))
                op.inputs[number] = unfolded[t]
    prepare(graph)
    for t in graph.tensors():
        t.dynamic = ()
    fuse(graph)
    if not any(t.dtype == "float32" for op in graph.ops for t in op.outputs):
        raise ConvertError(f"{graph.name} has no float32 tensors that could be quantized")
    return graph


def real_numbers(tensor: Tensor) -> np.ndarray:
    """float32, in the tensor's shape: what a constant's numbers stand for."""
    values = tensor.data.astype(np.float32)
    if not tensor.is_quantized:
        return values
    q = tensor.quantization
    around = [1] * len(tensor.shape)
    if len(q.scale) > 1:
        around[q.axis] = len(q.scale)
    return ((values - q.zero_point.astype(np.float32).reshape(around)) * q.scale.reshape(around)).astype(np.float32)


def fuse(graph: Graph) -> None:
    """A clamp of its own goes into the op before it, so that nothing below it takes part of the range."""
    made = {t: op for op in graph.ops for t in op.outputs}
    for op in list(graph.ops):
        before = made.get(op.inputs[0]) if op.kind in _FUSED else None
        if before is None or before.kind not in _FUSIBLE or before.options.get("fused_activation_function"):
            continue
        if op.inputs[0] in graph.outputs or len(users(graph, op.inputs[0])) > 1:
            continue
        before.options["fused_activation_function"] = _FUSED[op.kind]
        before.outputs = op.outputs
        made[op.outputs[0]] = before
        graph.ops.remove(op)


def users(graph: Graph, tensor: Tensor) -> list[Op]:
    """The ops that read a tensor."""
    return [op for op in graph.ops if tensor in op.inputs]


def filter_of(op: Op) -> tuple[int, int]:
    """(number of the input that is the filter, its axis of output channels) of an op with weights."""
    return 1, 3 if op.kind == "DEPTHWISE_CONV_2D" else 0


def data_of(op: Op) -> Tensor:
    """What an op with weights computes on."""
    return op.inputs[2 if op.kind == "TRANSPOSE_CONV" else 0]


def bias_number(op: Op) -> int:
    """The number of the input that is the bias."""
    return 3 if op.kind == "TRANSPOSE_CONV" else 2


def is_weighted(op: Op) -> bool:
    """Is this an op whose weights are known?"""
    return op.kind in WEIGHTED and op.inputs[1].is_constant and op.inputs[1].dtype == "float32"
