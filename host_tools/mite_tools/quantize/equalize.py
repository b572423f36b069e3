"""Cross-layer equalization: channels in front of a depthwise convolution get the same range.

Each channel has its own scale in the filters, but not in the activations between: a channel a hundred times smaller than its neighbour gets a
hundredth of the numbers. Dividing it out of the first filter and multiplying it into the second changes nothing else, as long as what
lies between is a clamp at 0 (Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, 2019). A depthwise
filter has a scale for each channel, so that nothing is lost on its side.
"""

import numpy as np

from ..graph import Graph, Op, Tensor
from .real import bias_number, filter_of, is_weighted, users

MOST = 64.0  # times as large as it was: a channel that was hardly seen may still come
NONE, RELU = 0, 1


def pairs(graph: Graph) -> list[tuple[Op, Op]]:
    """(op, the depthwise convolution that alone reads its output) where channels can be scaled between the two."""
    found = []
    for op in graph.ops:
        if not is_weighted(op) or op.kind not in ("CONV_2D", "DEPTHWISE_CONV_2D") or op.options.get("fused_activation_function") not in (NONE, RELU):
            continue
        readers = users(graph, op.outputs[0])
        if len(readers) == 1 and op.outputs[0] not in graph.outputs and readers[0].kind == "DEPTHWISE_CONV_2D" and is_weighted(readers[0]):
            if readers[0].inputs[0] is op.outputs[0] and readers[0].outputs[0].shape[3] == op.outputs[0].shape[3]:
                found.append((op, readers[0]))
    return found


def equalize(graph: Graph, largest: dict[Tensor, np.ndarray]) -> int:
    """Scale channels; how many. largest: [channels], of the absolute values seen in each channel of the tensors between the pairs."""
    scaled = 0
    for first, second in pairs(graph):
        seen = largest[first.outputs[0]]
        factor = np.where(seen > 0, np.minimum(seen.max(initial=0) / np.where(seen > 0, seen, 1), MOST), 1.0).astype(np.float32)
        scale_outputs(first, factor)
        scale(second, 1, filter_of(second)[1], 1 / factor)
        scaled += int((factor != 1).sum())
    return scaled


def scale_outputs(op: Op, factor: np.ndarray) -> None:
    """An op's output channels times `factor`."""
    scale(op, 1, filter_of(op)[1], factor)
    bias = bias_number(op)
    if len(op.inputs) > bias and op.inputs[bias] is not None:
        scale(op, bias, 0, factor)


def scale(op: Op, number: int, axis: int, factor: np.ndarray) -> None:
    """A constant of the op's times `factor` along an axis, in a tensor of its own: others may share the old one."""
    old = op.inputs[number]
    around = [1] * len(old.shape)
    around[axis] = len(factor)
    op.inputs[number] = Tensor(old.name, old.shape, old.dtype, None, (old.data * factor.reshape(around)).astype(np.float32))
