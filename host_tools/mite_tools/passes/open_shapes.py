"""The outputs of TFLite_Detection_PostProcess get their shapes, which files leave open: the op's options say them."""

from ..graph import Graph
from ..ops import tflite_detection_postprocess as detection


def run(graph: Graph) -> str:
    """Exact because no number changes."""
    changed = 0
    for op in graph.ops:
        for tensor, shape in zip(op.outputs, (op.kind == detection.Op.KIND and detection.shapes(op)) or ()):
            changed += tensor.shape != shape
            tensor.shape = shape
    return f"{changed} tensors got their shape" if changed else ""
