"""Graphs of the first quantization scheme, made of int8 ones: every number and zero point is 128 more, and filters get a zero point of their own."""

import numpy as np
from harness import LiteRt, agree, chain
from mite_tools.graph import Graph, Op, Quantization, Tensor

FILTERED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")


def as_uint8(graph: Graph, filter_zero_point: int = 121) -> Graph:
    """The uint8 twin of a graph of one op. A filter keeps its numbers' bytes, but its zero point is `filter_zero_point`."""
    known: dict[Tensor, Tensor] = {}

    def twin(tensor: Tensor | None, zero_point: int | None) -> Tensor | None:
        if tensor is None or tensor.dtype != "int8":
            return tensor
        if tensor not in known:
            q = tensor.quantization
            zeros = q.zero_point[:1] + 128 if zero_point is None else np.array([zero_point])
            data = None if tensor.data is None else (tensor.data ^ -128).view(np.uint8)
            known[tensor] = Tensor("", tensor.shape, "uint8", Quantization(q.scale[:1], zeros, 0), data)
        return known[tensor]

    ops = []
    for op in graph.ops:
        inputs = [twin(t, filter_zero_point if op.kind in FILTERED and n == 1 else None) for n, t in enumerate(op.inputs)]
        ops.append(Op(op.kind, inputs, [twin(t, None) for t in op.outputs], op.options))
    return chain(ops, [known.get(t, t) for t in graph.outputs])


def agree_as_uint8(graph: Graph, filter_zero_point: int = 121, **rest) -> None:
    """The graph's uint8 twin gives the bytes of LiteRT's reference kernels."""
    agree(as_uint8(graph, filter_zero_point), oracle=LiteRt, **rest)
