"""Pictures of one column are laid down to one row: kernels are made for long rows."""

from ..graph import Graph, Op, Tensor

FILTERED = ("CONV_2D", "DEPTHWISE_CONV_2D")
POOLS = ("AVERAGE_POOL_2D", "MAX_POOL_2D")
SWAPPED = (("stride_h", "stride_w"), ("dilation_hfactor", "dilation_wfactor"), ("filter_height", "filter_width"))


def run(graph: Graph) -> str:
    """Exact because the bytes stay where they are; height and width change places, in the picture, the kernel and the strides."""
    changed = 0
    for op in graph.ops:
        if not _is_column(op):
            continue
        op.inputs[0], op.outputs[0] = _laid(op.inputs[0]), _laid(op.outputs[0])
        if op.kind in FILTERED:
            filter = op.inputs[1]
            n, h, w, c = filter.shape
            op.inputs[1] = Tensor(filter.name, (n, w, h, c), filter.dtype, filter.quantization, filter.data.reshape(n, w, h, c))
        for a, b in SWAPPED:
            if a in op.options:
                op.options = op.options | {a: op.options[b], b: op.options[a]}
        if "pads" in op.options:
            op.options = op.options | {"pads": op.options["pads"][::-1]}
        changed += 1
    return f"{changed} ops on a column made ops on a row" if changed else ""


def _is_column(op: Op) -> bool:
    if op.kind not in FILTERED + POOLS or op.inputs[0].dtype != "int8":
        return False
    kernel = op.inputs[1].shape[2] if op.kind in FILTERED else op.options["filter_width"]
    height = max(op.inputs[0].shape[1], op.outputs[0].shape[1])
    return kernel == 1 and op.inputs[0].shape[2] == op.outputs[0].shape[2] == 1 and height > 1


def _laid(tensor: Tensor) -> Tensor:
    """The same bytes, one row high."""
    n, h, w, c = tensor.shape
    return Tensor(tensor.name, (n, w, h, c), tensor.dtype, tensor.quantization, None, view_of=tensor)
