"""TFLite_Detection_PostProcess: both ways of suppression, float and quantized, many equal scores, more room than detections."""

import numpy as np
import pytest
from flatbuffers import flexbuffers
from harness import LiteRt, Mite, Numbers, Reference, chain, tensor
from mite_tools.graph import Op
from mite_tools.tflite.write import write

BOXES, SCORES, ANCHORS = Numbers(0.0323, 117), Numbers(1 / 256, 0), Numbers(0.00386, 0)


def detection(count, classes, background=0, dtype="float32", box_size=4, numbers=(BOXES, SCORES, ANCHORS), open_shapes=False, seed=0, **options):
    """An op with anchors on a grid; options as the .tflite file has them."""
    options = {
        "max_detections": 10, "max_classes_per_detection": 1, "detections_per_class": 100, "use_regular_nms": False, "num_classes": classes,
        "nms_score_threshold": 0.3, "nms_iou_threshold": 0.5, "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0,
    } | options  # fmt: skip
    random = np.random.default_rng(seed)
    anchors = random.uniform(0.1, 0.9, (count, 4))
    data = anchors if dtype == "float32" else np.clip(anchors / numbers[2].scale + numbers[2].zero_point, *limits(dtype))
    detections = options["max_detections"] * options["max_classes_per_detection"]
    shapes = [(1, detections, 4), (1, detections), (1, detections), (1,)]
    inputs = [tensor((1, count, box_size), dtype, numbers[0]), tensor((1, count, classes + background), dtype, numbers[1]),
              tensor((count, 4), dtype, numbers[2], data)]  # fmt: skip
    outputs = [tensor(() if open_shapes else shape, "float32") for shape in shapes]
    return Op("CUSTOM:TFLite_Detection_PostProcess", inputs, outputs, {"custom_options": bytes(flexbuffers.Dumps(options))})


def limits(dtype):
    return np.iinfo(dtype).min, np.iinfo(dtype).max


def inputs_of(op, random, equal=False) -> list[np.ndarray]:
    """Random boxes and scores; equal: of few different scores."""
    boxes, scores = op.inputs[:2]
    if boxes.dtype == "float32":
        given = [random.normal(0, 3, boxes.shape), random.choice([0.25, 0.5, 0.75], scores.shape) if equal else random.uniform(0, 1, scores.shape)]
    else:
        low, high = limits(boxes.dtype)
        given = [random.integers(low, high, boxes.shape, endpoint=True),
                 random.choice([low + 60, low + 100, high], scores.shape) if equal else random.integers(low, high, scores.shape, endpoint=True)]  # fmt: skip
    return [a.astype(boxes.dtype) for a in given]


def agree(op, oracle, equal=False, runs=4, turn=0):
    """The same detections as the oracle's, to the last bit; nothing behind them. turn: added to mite's inputs, which are int8."""
    data = write(chain([op], op.outputs))
    theirs, ours = oracle(data), Mite(write(chain([turn], turn.outputs)) if turn else data)
    random, found = np.random.default_rng(5), 0
    for _ in range(runs):
        given = inputs_of(op, random, equal)
        wanted = theirs.run(given, 4)
        got = ours.run([(a ^ 128).view(np.int8) for a in given] if turn else given, 4)
        count = int(wanted[3].reshape(-1)[0])
        assert got[3].reshape(-1)[0] == count
        filled = count * (got[1].size // op_options(op)["max_detections"])
        if op_options(op)["use_regular_nms"]:
            filled = count
        # Where there are fewer classes than room for them the reference leaves the rest as it was.
        there = np.arange(filled) % op_options(op)["max_classes_per_detection"] < op_options(op)["num_classes"]
        for number in (0, 1, 2):
            a, b = wanted[number].reshape(-1), got[number].reshape(-1)
            width = 4 if number == 0 else 1
            size, kept = filled * width, np.repeat(there, width)
            assert a[:size][kept].tobytes() == b[:size][kept].tobytes(), f"output {number}: {b[:size]}, the reference {a[:size]}"
            assert not b[size:].any() and not b[:size][~kept].any()
        found += count
    return found


def op_options(op) -> dict:
    return flexbuffers.Loads(op.options["custom_options"])


@pytest.mark.parametrize("regular", (False, True))
@pytest.mark.parametrize("count", (1, 3, 7, 31, 32, 33, 64, 100))
def test_float(count, regular):
    assert agree(detection(count, 3, use_regular_nms=regular), Reference)


@pytest.mark.parametrize("oracle", (Reference, LiteRt))
@pytest.mark.parametrize("regular", (False, True))
@pytest.mark.parametrize("background", (0, 1))
def test_float_against_both_references(oracle, regular, background):
    assert agree(detection(80, 4, background, use_regular_nms=regular, detections_per_class=5), oracle)


@pytest.mark.parametrize("regular", (False, True))
def test_equal_scores_keep_their_order(regular):
    assert agree(detection(90, 3, use_regular_nms=regular), Reference, equal=True)


@pytest.mark.parametrize("equal", (False, True))
@pytest.mark.parametrize("most", (2, 3, 5, 7))
def test_several_classes_for_a_detection(most, equal):
    """LiteRT: what TFLite Micro writes for more than one class are not the places it means."""
    for classes in (5, 12):
        assert agree(detection(40, classes, 1, max_classes_per_detection=most), LiteRt, equal)


@pytest.mark.parametrize("threshold, overlap", [(-20.0, 0.6), (0.99, 0.5), (0.3, 0.01), (0.3, 1.0), (5.0, 0.5)])
def test_thresholds(threshold, overlap):
    found = agree(detection(60, 2, nms_score_threshold=threshold, nms_iou_threshold=overlap), Reference)
    assert (found > 0) == (threshold < 1)


@pytest.mark.parametrize("regular", (False, True))
@pytest.mark.parametrize("equal", (False, True))
def test_quantized(regular, equal):
    """uint8, which the host turns to int8; TFLite Micro refuses it."""
    op = detection(120, 3, 1, "uint8", box_size=5, use_regular_nms=regular, nms_score_threshold=0.2)
    assert agree(op, LiteRt, equal)


@pytest.mark.parametrize("boxes", (Numbers(1e-4, 0), Numbers(0.7, 255), Numbers(0.02, 128)))
def test_quantized_numbers(boxes):
    assert agree(detection(50, 2, 0, "uint8", numbers=(boxes, SCORES, Numbers(0.01, 3))), LiteRt)


def test_int8():
    """No reference takes int8: the same numbers as uint8 are."""
    op = detection(70, 3, 1, "uint8")
    turned = [Numbers(n.scale, n.zero_point - 128) for n in (BOXES, SCORES, ANCHORS)]
    same = detection(70, 3, 1, "int8", numbers=turned)
    same.inputs[2].data = (op.inputs[2].data ^ 128).view(np.int8)
    assert agree(op, LiteRt, turn=same)


def test_shapes_that_the_file_leaves_open():
    op = detection(20, 2, 0, "uint8", open_shapes=True)
    assert agree(op, LiteRt)


@pytest.mark.parametrize("change, words", [({"num_classes": 9}, "scores for 9 classes"), ({"nms_iou_threshold": 0.0}, "nms_iou_threshold"),
                                           ({"max_detections": 0}, "without detections")])  # fmt: skip
def test_what_is_refused(change, words):
    op = detection(8, 3)
    op.options = {"custom_options": bytes(flexbuffers.Dumps(op_options(op) | change))}
    with pytest.raises(Exception, match=words):
        Mite(write(chain([op], op.outputs)))
