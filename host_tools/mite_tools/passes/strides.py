"""A depthwise convolution to a single column gets the stride 2, with which kernels lay out half as many weights."""

from ..graph import Graph


def run(graph: Graph) -> str:
    """Exact because a stride leads from one output to the next, and there is no next; SAME padding does not depend on it then, either."""
    changed = 0
    for op in graph.ops:
        if op.kind == "DEPTHWISE_CONV_2D" and op.outputs[0].shape[2] == 1 and op.options["stride_w"] == 1 and op.inputs[0].dtype == "int8":
            op.options = op.options | {"stride_w": 2}
            changed += 1
    return f"half of the laid out weights of {changed} depthwise ops" if changed else ""
