"""What the tests of ops on int16 tensors share."""

import numpy as np
from harness import LiteRt, Numbers, Reference, agree, one_op, tensor
from mite_tools.graph import Graph, Quantization
from pairs import BROADCASTS, pair

ALL = np.arange(-(1 << 15), 1 << 15).astype(np.int16)
# Every 257th number and those around the ends and zero.
SOME = np.unique(np.r_[ALL[::257], ALL[:9], ALL[-9:], np.arange(-9, 10)]).astype(np.int16)
SCALES = ((1e-4, 2e-4, 3e-4), (3e-5, 3e-5, 3e-5), (1e-3, 0.5, 0.7), (2**-15, 2**-14, 2**-13), (0.01, 1e-6, 0.02))
INT16 = {"dtype": "int16", "output": "int16"}


def agree_on_pairs(kind: str, numbers, oracle=Reference, dtype="int16", output="int16", **options) -> None:
    """SOME numbers with SOME, and every way to broadcast. numbers: of both inputs and the output."""
    graph = pair(kind, (len(SOME), 1), (1, len(SOME)), numbers, dtype=dtype, output=output, **options)
    agree(graph, given=[[SOME.reshape(-1, 1), SOME.reshape(1, -1)]], oracle=oracle)


def agree_on_broadcasts(kind: str, numbers, oracle=Reference, output="int16", **options) -> None:
    for shapes in BROADCASTS:
        for a, b in (shapes, shapes[::-1]):
            agree(pair(kind, a, b, numbers, dtype="int16", output=output, **options), oracle=oracle)


def agree_on_comparisons(kind: str) -> None:
    """TFLite Micro has none of int16, but for a GREATER that is never true: LiteRT does."""
    for numbers in ([Numbers(1e-4)] * 3, [Numbers(0.3, -1000)] * 3):
        agree_on_pairs(kind, numbers, LiteRt, output="bool", fused=False)
        agree_on_broadcasts(kind, numbers, LiteRt, "bool", fused=False)


def agree_everywhere(kind: str, input: Numbers, output: Numbers, oracle=Reference, **options) -> None:
    """All 65536 answers."""
    graph = one_op(kind, [tensor(ALL.shape, "int16", input)], [tensor(ALL.shape, "int16", output)], **options)
    agree(graph, given=[[ALL]], oracle=oracle)


def widened(graph: Graph, bias: str | None = "int64", times: int = 1) -> Graph:
    """The graph of one int8 op with weights made one of int16 activations. bias: the type of its biases, None for none;
    times: how much larger they get."""
    op = graph.ops[0]
    for t in (*op.inputs, *op.outputs):
        if not t.is_constant:
            t.dtype = "int16"
            t.quantization = Quantization(t.quantization.scale, np.zeros(1, np.int64))
    if len(op.inputs) > 2 and op.inputs[-1].is_constant:
        if bias is None:
            op.inputs.pop()
        else:
            old = op.inputs[-1]
            old.dtype, old.data = bias, np.clip(old.data.astype(np.int64) * times, np.iinfo(bias).min, np.iinfo(bias).max).astype(bias)
    return graph
