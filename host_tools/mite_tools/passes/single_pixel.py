"""A convolution whose kernel covers the whole picture is a fully connected op: no windows to gather, no scratch memory."""

from ..graph import Graph, Op, Tensor
from ..ops.base import FIRST_SCHEME


def run(graph: Graph) -> str:
    """Exact because each output is the same sum over the same bytes in the same order, requantized alike.

    Not in the first scheme: there the reference rounds a fully connected op's sums in another way.
    """
    changed = 0
    for op in graph.ops:
        if not _covers(op):
            continue
        filter = op.inputs[1]
        data = filter.data.reshape(filter.shape[0], -1)
        op.inputs[1] = Tensor(filter.name, data.shape, filter.dtype, filter.quantization, data)
        op.options = op.options | {"weights_format": 0}
        op.kind = "FULLY_CONNECTED"
        changed += 1
    return f"{changed} convolutions of a single pixel made fully connected" if changed else ""


def _covers(op: Op) -> bool:
    o = op.options
    if op.kind != "CONV_2D" or FIRST_SCHEME in op.options or op.inputs[0].dtype != "int8" or op.inputs[0].shape[1:] != op.inputs[1].shape[1:]:
        return False
    kernel_h, kernel_w = op.inputs[1].shape[1:3]
    if o["dilation_hfactor"] > 1 < kernel_h or o["dilation_wfactor"] > 1 < kernel_w or any(o.get("pads", ())):
        return False
    return op.outputs[0].shape[1:3] == (1, 1)
