"""PAD goes into the convolution or pool behind it, which knows of pixels outside of the picture anyway."""

import numpy as np

from ..arithmetic import LIMITS
from ..graph import Graph, Op
from ..ops.base import CONVOLUTIONS, kernel_size, paddings


def run(graph: Graph) -> str:
    """Exact because a convolution reads its input's zero point outside of the picture, and that is what PAD writes there.

    A maximum pool leaves such pixels out, which is the same as the lowest number. An average pool counts its pixels: no.
    """
    removed = saved = 0
    for pad in [op for op in graph.ops if op.kind in ("PAD", "PADV2")]:
        users = [op for op in graph.ops if pad.outputs[0] in op.inputs]
        if pad.outputs[0] in graph.outputs or not users or not _spatial(pad) or not all(_takes(op, pad) for op in users):
            continue
        before = pad.inputs[1].data[:, 0]
        for op in users:
            top, left = paddings(op, *kernel_size(op))
            op.options = op.options | {"pads": (top + int(before[1]), left + int(before[2]))}
            op.inputs[0] = pad.inputs[0]
        graph.ops.remove(pad)
        removed += 1
        saved += pad.outputs[0].bytes
    return f"{removed} padded tensors of {saved} bytes" if removed else ""


def _spatial(pad: Op) -> bool:
    """Does it add rows and columns only, of what stands for zero, and keep the scale?"""
    input, output, amounts = pad.inputs[0], pad.outputs[0], pad.inputs[1].data
    if input.dtype not in ("int8", "int16") or amounts.shape != (4, 2) or amounts[0].any() or amounts[3].any() or input.is_constant:
        return False
    if not (input.is_quantized and output.is_quantized) or (input.scale, input.zero_point) != (output.scale, output.zero_point):
        return False
    return pad.kind == "PAD" or np.all(pad.inputs[2].data == output.zero_point)


def _takes(op: Op, pad: Op) -> bool:
    """Can this op do the padding itself?"""
    if op.inputs.count(pad.outputs[0]) != 1 or op.inputs[0] is not pad.outputs[0]:
        return False
    if op.kind in CONVOLUTIONS:
        return True
    if op.kind != "MAX_POOL_2D" or pad.outputs[0].zero_point != LIMITS[pad.outputs[0].dtype][0]:
        return False
    # Every window must hold a pixel.
    for axis, kernel, stride, own in zip((1, 2), kernel_size(op), (op.options["stride_h"], op.options["stride_w"]), paddings(op, *kernel_size(op))):
        begin = own + int(pad.inputs[1].data[axis, 0])
        if begin >= kernel or (op.outputs[0].shape[axis] - 1) * stride >= pad.inputs[0].shape[axis] + begin:
            return False
    return True
