"""Boxes and scores to detections."""

from ..fields import Field, Op

# Flags of DETECTION
REGULAR, INT8_BOXES, INT8_SCORES = 1, 2, 4

OPS = (
    Op(
        62,
        "DETECTION",
        "CUSTOM:TFLite_Detection_PostProcess",
        "Non-maximum suppression. Flag 1: class by class, up to per_class boxes of each, the best max_detections of all; else by each box's best "
        "score, with its best `categories` classes. Flag 2: boxes and anchors are int8, flag 4: scores are; else float32. Where equal scores "
        "meet, the first box comes first, and of one class a box the first class. A box is (y, x, h, w) by its anchor: center y / y_scale * anchor_h + anchor_y, half a height "
        "exp(h / h_scale) / 2 * anchor_h. Scratch memory: a bit for each box and, if it is large enough for that, all boxes decoded.",
        Field("ref", "boxes", "[count, box_size], of which the first four numbers are used"),
        Field("ref", "scores", "[count, score_size], of which the last `classes` are used"),
        Field("ref", "anchors", "[count, 4]: y, x, h, w"),
        Field("ref", "output_boxes", "float32 [max_detections * categories_most, 4]: ymin, xmin, ymax, xmax; 0 behind the last detection, here and below"),
        Field("ref", "output_classes", "float32 [max_detections * categories_most]"),
        Field("ref", "output_scores", "float32, likewise"),
        Field("ref", "output_count", "float32: how many detections"),
        Field("ref", "scratch"),
        Field("u32", "scratch_bytes"),
        Field("u32", "count"),
        Field("u32", "box_size"),
        Field("u32", "score_size"),
        Field("u32", "classes"),
        Field("u32", "max_detections"),
        Field("u32", "categories_most", "room for classes of one detection"),
        Field("u32", "per_class"),
        Field("f32", "score_threshold"),
        Field("f32", "overlap_threshold", "intersection over union, above which the box with the lower score goes"),
        Field("f32", "box_scales", "y_scale, x_scale, h_scale, w_scale", 4),
        Field("f32", "scales", "of boxes, scores and anchors, where they are int8", 3),
        Field("i32", "zero_points", "likewise", 3),
    ),
)
