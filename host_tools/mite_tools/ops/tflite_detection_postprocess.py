"""TFLite_Detection_PostProcess: boxes and scores to detections, the last op of SSD models."""

from ..image.roster.detection import INT8_BOXES, INT8_SCORES, REGULAR
from ..tflite.read import CUSTOM_OPTIONS
from .base import FIRST_SCHEME, Lowering
from .custom import read_map

NEEDED = ("max_detections", "max_classes_per_detection", "num_classes", "nms_score_threshold", "nms_iou_threshold",
          "y_scale", "x_scale", "h_scale", "w_scale")  # fmt: skip
PER_CLASS = 100  # the reference's, where the options do not say


class Op(Lowering):
    KIND = "CUSTOM:TFLite_Detection_PostProcess"
    TYPES = ("float32", "int8", FIRST_SCHEME)

    def unsupported(self, op):
        options = options_of(op)
        if lacking := [name for name in NEEDED if name not in options]:
            return f"options without {', '.join(lacking)}"
        boxes, scores, anchors = op.inputs
        if len(boxes.shape) != 3 or len(scores.shape) != 3 or boxes.shape[0] != 1 or boxes.shape[:2] != scores.shape[:2] or boxes.shape[2] < 4:
            return f"boxes of shape {list(boxes.shape)} with scores of {list(scores.shape)}"
        if anchors.shape != (boxes.shape[1], 4):
            return f"anchors of shape {list(anchors.shape)}"
        if boxes.dtype != anchors.dtype or any(t.dtype not in ("float32", "int8", "uint8") for t in op.inputs):
            return f"{boxes.dtype} boxes with {anchors.dtype} anchors"
        if any(t.dtype != "float32" and (not t.is_quantized or len(t.quantization.scale) != 1) for t in op.inputs):
            return "inputs without a single scale"
        if not 0 <= scores.shape[2] - options["num_classes"] <= 1:
            return f"{scores.shape[2]} scores for {options['num_classes']} classes"
        if min(options[name] for name in ("max_detections", "max_classes_per_detection", "num_classes")) < 1:
            return "options without detections"
        if not 0 < options["nms_iou_threshold"] <= 1:
            return f"nms_iou_threshold is {options['nms_iou_threshold']}"
        if any(not 0 < options[f"{axis}_scale"] < 1e30 for axis in "yxhw"):
            return "scales of boxes that are not positive"
        return "outputs that are not float32" if any(t.dtype != "float32" for t in op.outputs) else None

    def lower(self, op, program):
        options, (boxes, scores, anchors) = options_of(op), op.inputs
        kept = [t if t.dtype == "int8" else None for t in op.inputs]
        flags = REGULAR if options.get("use_regular_nms") else 0
        flags |= (INT8_BOXES if kept[0] else 0) | (INT8_SCORES if kept[1] else 0)
        program.add(
            "DETECTION", flags, boxes=boxes, scores=scores, anchors=anchors, output_boxes=op.outputs[0], output_classes=op.outputs[1],
            output_scores=op.outputs[2], output_count=op.outputs[3], count=boxes.shape[1], box_size=boxes.shape[2], score_size=scores.shape[2],
            classes=options["num_classes"], max_detections=options["max_detections"], categories_most=options["max_classes_per_detection"],
            per_class=options.get("detections_per_class", PER_CLASS), score_threshold=options["nms_score_threshold"],
            overlap_threshold=options["nms_iou_threshold"], box_scales=[options[f"{axis}_scale"] for axis in "yxhw"],
            scales=[t.scale if t else 0 for t in kept], zero_points=[t.zero_point if t else 0 for t in kept],
        )  # fmt: skip


def options_of(op) -> dict:
    """The op's options; an empty dict if they are no map."""
    return read_map(op.options.get(CUSTOM_OPTIONS, b"")) or {}


def shapes(op) -> list[tuple[int, ...]] | None:
    """The shapes of the four outputs, which files leave open; None where the options do not say."""
    options = options_of(op)
    if not {"max_detections", "max_classes_per_detection"} <= options.keys():
        return None
    count = options["max_detections"] * options["max_classes_per_detection"]
    return [(1, count, 4), (1, count), (1, count), (1,)]
