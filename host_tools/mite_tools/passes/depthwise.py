"""A depthwise convolution of one channel is a plain one, whose kernels are faster."""

from ..graph import Graph, Quantization, Tensor


def run(graph: Graph) -> str:
    """Exact because with one input channel both sum the same products for each output; only the filter is laid out otherwise."""
    changed = 0
    for op in graph.ops:
        if op.kind != "DEPTHWISE_CONV_2D" or op.inputs[0].shape[3] != 1 or op.inputs[0].dtype != "int8":
            continue
        old = op.inputs[1]  # [1, kernel_h, kernel_w, outputs], to [outputs, kernel_h, kernel_w, 1]
        data = old.data.transpose(3, 1, 2, 0).copy()
        quantization = Quantization(old.quantization.scale, old.quantization.zero_point, 0)
        op.inputs[1] = Tensor(old.name, data.shape, old.dtype, quantization, data)
        op.kind = "CONV_2D"
        changed += 1
    return f"{changed} depthwise ops of one channel made plain" if changed else ""
