"""Pictures to inputs, byte for byte as NumPy says; outputs to boxes."""

import os
import struct
import subprocess
from fractions import Fraction

import mite
import numpy as np
import pictures
import pytest
from mite.tensor import Tensor
from mite.vision import FORMATS, METHODS, Box, Preprocessor, boxes
from mite_tools.passes import bands
from small_models import Sketch

CODES = {"int8": "b", "uint8": "B", "int16": "h", "float32": "f"}


def tensor(height: int, width: int, depth: int, dtype: str = "int8", scale: float = 1 / 255, zero_point: int = -128) -> Tensor:
    data = memoryview(bytearray(height * width * depth * np.dtype(dtype).itemsize))
    return Tensor("picture", (1, height, width, depth), dtype, CODES[dtype], scale, zero_point, data)


def content(t: Tensor) -> np.ndarray:
    return np.frombuffer(t.data, t.dtype).reshape(t.shape[1:])


def frame_of(random, width: int, height: int, format: str, more: int = 0) -> np.ndarray:
    """uint8 [height, stride] of noise, with `more` bytes (4 times that for YUV) behind each row."""
    stride = (width + 1) // 2 * 4 + 4 * more if format in ("yuyv", "uyvy") else width * pictures.PIXEL_BYTES[format] + more
    return random.integers(0, 256, (height, stride), np.uint8)


PLAIN = np.arange(-128, 128, dtype=np.int8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_method_crop_and_turn(format, method):
    random = np.random.default_rng(FORMATS.index(format) + 10 * METHODS.index(method))
    for case in range(32):
        width, height, out_width, out_height = (int(n) for n in random.integers(1, 40, 4))
        if case == 0:
            width, height, out_width, out_height = 320, 240, 96, 96
        crop_width, crop_height = int(random.integers(1, width + 1)), int(random.integers(1, height + 1))
        crop = int(random.integers(0, width - crop_width + 1)), int(random.integers(0, height - crop_height + 1)), crop_width, crop_height
        turns, depth, more = case % 4, (1, 3)[case // 4 % 2], case % 3
        frame = frame_of(random, width, height, format, more)
        t = tensor(out_height, out_width, depth)
        Preprocessor(t, width, height, format, crop, turns, method, stride=frame.shape[1]).fill(frame.tobytes())
        expected = pictures.preprocess(frame, width, height, format, crop, turns, method, out_width, out_height, depth, PLAIN)
        assert np.array_equal(content(t), expected), (case, width, height, crop, turns, out_width, out_height, depth)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sizes", [(4095, 4095), (4095, 1), (1, 4095), (2000, 1999), (2, 4095), (4095, 2)], ids=str)
def test_the_largest_sizes(method, sizes):
    source, target = sizes
    frame = np.random.default_rng(0).integers(0, 256, (1, source), np.uint8)
    t = tensor(1, target, 1)
    Preprocessor(t, source, 1, "grey", method=method).fill(frame)
    expected = pictures.preprocess(frame, source, 1, "grey", (0, 0, source, 1), 0, method, target, 1, 1, PLAIN)
    assert np.array_equal(content(t), expected)


def test_rows_are_the_picture_in_parts():
    frame = frame_of(np.random.default_rng(1), 50, 40, "rgb565be").tobytes()
    t = tensor(24, 20, 3)
    see = Preprocessor(t, 50, 40, turns=1)
    see.fill(frame)
    row, part = 20 * 3, bytearray(20 * 3 * 5)
    for first in (0, 3, 19):
        see.rows(part, first)
        assert part == t.data[first * row : (first + 5) * row]
    for first in (20, 24, 4000):
        with pytest.raises(ValueError, match="rows of the input have 60 bytes"):
            see.rows(part, first)
    with pytest.raises(ValueError, match="rows of the input have 60 bytes"):
        see.rows(part[:59], 0)


def seeing(whole: bool) -> mite.Model:
    """A picture [1, 12, 6, 3] to [1, 4], all of it at once or in rows."""
    s = Sketch(10)
    picture = s.tensor((1, 12, 6, 3))
    x = s.conv(s.conv(picture, 8, 3), 4, 3, 2)
    x = s.add_op("MEAN", (x, s.constant([1, 2])), s.tensor((1, 4), 0.01, 4), keep_dims=False)
    picture.in_rows = not whole
    if not whole:
        s.ops = bands.divided(s.ops, 3)
    return mite.Model(s.image((picture,), (x,)))


def test_a_model_that_takes_its_input_in_rows():
    whole, rows = seeing(True), seeing(False)
    assert len(whole.input.data) == 216 and not len(rows.input.data)
    answers = []
    for model in (whole, rows):
        see = Preprocessor(model, 33, 31, "yuyv", method="bilinear")
        for seed in (2, 3):
            see.fill(frame_of(np.random.default_rng(seed), 33, 31, "yuyv").tobytes())
            model.invoke()
            answers.append(bytes(model.output.data))
    assert answers[:2] == answers[2:] and answers[0] != answers[1]


@pytest.mark.parametrize("dtype, scale, zero_point", [("int8", 0.0186, -14), ("uint8", 0.02, 114), ("int16", 1e-4, 0), ("int8", 2.0**-6, 3)])
def test_numbers_of_a_mean_and_a_spread(dtype, scale, zero_point):
    scale = float(np.float32(scale))
    mean, std = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
    t = tensor(16, 16, 3, dtype, scale, zero_point)
    frame = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(16, 48)
    Preprocessor(t, 16, 16, "rgb888", method="nearest", mean=mean, std=std).fill(frame)
    found = content(t).reshape(256, 3)
    info = np.iinfo(dtype)
    for v in range(256):
        for c in range(3):
            real = Fraction(v * 1000 - round(mean[c] * 1000), round(std[c] * 1000)) / Fraction(scale)
            rounded = int(real + Fraction(1, 2)) if real >= 0 else -int(Fraction(1, 2) - real)
            assert found[v, c] == min(max(rounded + zero_point, info.min), info.max)


def test_real_numbers():
    frame = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for arguments, expected in (({}, frame / np.float32(255)), ({"mean": 127.5, "std": 127.5}, (frame - np.float32(127.5)) / np.float32(127.5))):
        t = tensor(16, 16, 1, "float32", 0, 0)
        Preprocessor(t, 16, 16, "grey", **arguments).fill(frame)
        assert np.array_equal(content(t)[:, :, 0], expected.astype(np.float32))


def test_area_is_the_mean_that_others_take():
    from PIL import Image

    smooth = np.random.default_rng(3).integers(0, 256, (30, 40, 3), np.uint8)
    frame = np.asarray(Image.fromarray(smooth).resize((320, 240), Image.Resampling.BICUBIC))
    t = tensor(96, 96, 3, "uint8")
    Preprocessor(t, 320, 240, "rgb888").fill(frame.tobytes())
    theirs = np.asarray(Image.fromarray(frame).resize((96, 96), Image.Resampling.BOX)).astype(int)
    # Theirs takes a pixel whole or not at all.
    assert np.abs(content(t) - theirs).mean() < 4
    exact = np.einsum("or,rcd,pc->opd", *(weights_of(n, 96) if i != 1 else frame.astype(float) for i, n in enumerate((240, 0, 320))), optimize=True)
    assert np.abs(content(t) - exact).max() < 2


def weights_of(source: int, target: int) -> np.ndarray:
    edges = np.arange(source + 1) * target / source
    begin = np.arange(target)[:, None]
    return np.clip(np.minimum(edges[1:], begin + 1) - np.maximum(edges[:-1], begin), 0, None)


def test_the_centre_has_the_shape_of_the_input():
    assert Preprocessor(tensor(96, 96, 1), 320, 240, crop="centre").crop == (40, 0, 240, 240)
    assert Preprocessor(tensor(96, 48, 1), 320, 240, crop="centre", turns=1).crop == (0, 40, 320, 160)
    assert Preprocessor(tensor(48, 96, 1), 100, 240, crop="centre").crop == (0, 95, 100, 50)


@pytest.mark.parametrize("turns", range(4))
def test_a_box_is_found_again_in_the_frame(turns):
    frame = np.zeros((60, 80), np.uint8)
    frame[20:30, 40:60] = 255
    t = tensor(32, 32, 1, "uint8", 1 / 255, 0)
    see = Preprocessor(t, 80, 60, "grey", (16, 8, 64, 48), turns, "area")
    see.fill(frame)
    rows, columns = np.nonzero(content(t)[:, :, 0] > 127)
    box = Box("thing", 1.0, columns.min() / 32, rows.min() / 32, (columns.max() + 1) / 32, (rows.max() + 1) / 32)
    assert np.abs(np.array(see.in_frame(box)) - (40, 20, 20, 10)).max() <= 1


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"format": "jpeg"}, "there is no format 'jpeg'; there are: rgb565be"),
        ({"method": "cubic"}, "there is no method 'cubic'"),
        ({"crop": (10, 0, 11, 5)}, r"the crop \(10, 0, 11, 5\) is not within a frame of 20 x 16"),
        ({"crop": (0, 0, 0, 5)}, "is not within"),
        ({"crop": (-1, 0, 4, 5)}, "crop is"),
        ({"crop": "middle"}, "crop is"),
        ({"width": 5000}, "1 to 4095"),
        ({"height": 0}, "1 to 4095"),
        ({"stride": 39}, "stride is less"),
        ({"format": "yuyv", "stride": 42}, "no multiple of 4"),
        ({"stride": 70000}, "at most 65536"),
        ({"std": 0}, "std must be above 0"),
        ({"mean": (1, 2)}, "one for each of 3 channels"),
    ],
)
def test_mistakes_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        Preprocessor(tensor(8, 8, 3), **{"width": 20, "height": 16, **arguments})


def test_other_mistakes():
    see = Preprocessor(tensor(8, 8, 3), 20, 16)
    with pytest.raises(ValueError, match="shorter than 20 x 16"):
        see.fill(bytes(20 * 16 * 2 - 1))
    with pytest.raises(ValueError, match="no frame yet"):
        Preprocessor(tensor(8, 8, 3), 20, 16).rows(bytearray(24), 0)
    with pytest.raises(ValueError, match="not a picture"):
        Preprocessor(Tensor("x", (1, 10), "int8", "b", 1, 0, memoryview(bytearray(10))), 20, 16)
    import _mite

    for bad in (b"", bytes(24), bytes(23), struct.pack("<I8H4B", 40, 20, 16, 0, 0, 20, 16, 8, 8, 0, 0, 0, 2)):
        with pytest.raises(ValueError):
            _mite.Picture(bad)


# Boxes.


class Answer:
    """A model that has run: its outputs are these arrays."""

    def __init__(self, *arrays, scale=1 / 256, zero_point=-128, labels=()):
        self.labels = list(labels)
        self.outputs = tuple(
            Tensor(f"output {i}", a.shape, str(a.dtype), CODES[str(a.dtype)], 0 if a.dtype == np.float32 else scale, zero_point,
                   memoryview(bytearray(a.tobytes())))
            for i, a in enumerate(arrays)
        )  # fmt: skip


def components(grid: np.ndarray, threshold: int) -> list[tuple]:
    """(best score, left, top, right, bottom) of each group of cells that touch: by growing them, cell by cell."""
    todo, found = {tuple(cell) for cell in np.argwhere(grid >= threshold)}, []
    while todo:
        group, edge = set(), {min(todo)}
        while edge:
            group |= edge
            edge = {(y + j, x + i) for y, x in edge for j in (-1, 0, 1) for i in (-1, 0, 1)} & todo - group
        todo -= group
        rows, columns = zip(*group)
        found.append((max(grid[cell] for cell in group), min(columns), min(rows), max(columns) + 1, max(rows) + 1))
    return found


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
def test_a_grid_gives_a_box_for_cells_that_touch(dtype):
    random = np.random.default_rng(4)
    for case in range(60):
        height, width, categories = int(random.integers(1, 14)), int(random.integers(1, 14)), int(random.integers(2, 4))
        raw = random.integers(0, 256, (1, height, width, categories))
        threshold = float(random.choice([0.3, 0.5, 0.6, 0.8]))
        scores = {"int8": (raw - 128).astype(np.int8), "uint8": raw.astype(np.uint8), "float32": (raw / 256).astype(np.float32)}[dtype]
        answer = Answer(scores, zero_point={"int8": -128}.get(dtype, 0), labels=("nothing", "nut", "bolt"))
        found = boxes(answer, threshold)
        expected = [
            (answer.labels[c], score / 256, left / width, top / height, right / width, bottom / height)
            for c in range(1, categories) for score, left, top, right, bottom in components(raw[0, :, :, c], int(np.ceil(threshold * 256)))
        ]  # fmt: skip
        assert sorted(found) == sorted(expected), case
        assert [box.score for box in found] == sorted((box.score for box in found), reverse=True)


def suppressed(found: list[tuple], limit: float) -> list[tuple]:
    """Greedy non-maximum suppression, of (score, category, left, top, right, bottom)."""
    kept = []
    for box in sorted(found, key=lambda box: -box[0]):
        for other in kept:
            width, height = min(box[4], other[4]) - max(box[2], other[2]), min(box[5], other[5]) - max(box[3], other[3])
            common = max(width, 0) * max(height, 0)
            union = (box[4] - box[2]) * (box[5] - box[3]) + (other[4] - other[2]) * (other[5] - other[3]) - common
            if box[1] == other[1] and 256 * common > round(limit * 256) * union:
                break
        else:
            kept.append(box)
    return kept


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
def test_heads_of_an_ssd(dtype):
    random = np.random.default_rng(5)
    count, categories, scale, zero_point = 60, 3, 0.06, 7
    for case in range(30):
        anchors = np.concatenate([random.uniform(0, 1, (count, 2)), random.uniform(0.1, 0.5, (count, 2))], 1).astype(np.float32)
        raw = random.permutation(256)[:180].reshape(1, count, categories)  # no two alike: which comes first is not the question here
        moves = random.integers(-100, 100, (1, count, 4))
        zero = {"int8": -128}.get(dtype, 0)
        if dtype == "float32":
            scores, offsets, real = (raw / 256).astype(np.float32), (moves * 0.05).astype(np.float32), (moves * 0.05).astype(np.float32)
        else:
            scores, offsets = (raw + zero).astype(dtype), np.abs(moves).astype(dtype) if dtype == "uint8" else moves.astype(dtype)
            real = (offsets.astype(int) - zero_point) * np.float32(scale)
        answer = Answer(offsets, scores, zero_point=zero)
        answer.outputs[0].scale, answer.outputs[0].zero_point = scale, zero_point
        found = boxes(answer, 0.25, overlap=0.4, anchors=anchors.tobytes())
        parts = real[0] / np.array([10, 10, 5, 5])
        middle, size = parts[:, :2] * anchors[:, 2:] + anchors[:, :2], np.exp(parts[:, 2:]) * anchors[:, 2:]
        sides = np.clip(np.concatenate([(middle - size / 2)[:, ::-1], (middle + size / 2)[:, ::-1]], 1), 0, 1)
        units = np.floor(sides * 4096 + 0.5).astype(int)
        best = 1 + raw[0, :, 1:].argmax(1)
        candidates = [(raw[0, i, best[i]] / 256, best[i], *units[i]) for i in range(count) if raw[0, i, best[i]] >= 64]
        expected = suppressed(sorted(candidates, key=lambda box: -box[0])[:50], 0.4)
        assert len(found) == len(expected), case
        for box, (score, category, *sides) in zip(found, expected):
            assert (box.label, box.score) == (category, score)
            assert np.abs(np.array(box[2:]) * 4096 - sides).max() <= 1  # exp rounds otherwise here


def test_detections_that_are_ready():
    sides = np.array([[[0.1, 0.2, 0.5, 0.6], [-0.2, 0, 1.3, 1], [0, 0, 0, 0]]], np.float32)
    answer = Answer(sides, np.array([[1, 0, 5]], np.float32), np.array([[0.75, 0.5, 0.4]], np.float32), np.array([3], np.float32), labels=("cat", "dog"))
    first, second = boxes(answer, 0.5)
    assert first.label == "dog" and first.score == 0.75 and first[2:] == pytest.approx((0.2, 0.1, 0.6, 0.5))
    assert second == ("cat", 0.5, 0.0, 0.0, 1.0, 1.0)
    assert [box.label for box in boxes(answer, 0.3)] == ["dog", "cat", 5]


def test_outputs_that_are_no_boxes():
    with pytest.raises(ValueError, match="neither detections nor a grid"):
        boxes(Answer(np.zeros((1, 10), np.int8)))
    with pytest.raises(ValueError, match="needs anchors"):
        boxes(Answer(np.zeros((1, 10, 4), np.int8), np.zeros((1, 10, 3), np.int8)))
    with pytest.raises(ValueError, match="anchors of four"):
        boxes(Answer(np.zeros((1, 10, 4), np.int8), np.zeros((1, 10, 3), np.int8)), anchors=bytes(16))
    with pytest.raises(ValueError, match="threshold"):
        boxes(Answer(np.zeros((1, 2, 2, 2), np.int8)), threshold=0)


def test_a_model_with_a_grid():
    """From frame to boxes, through a model of one op that passes the picture on."""
    s = Sketch(5)
    x = s.tensor((1, 8, 8, 3), 1 / 256, -128)
    y = s.add_op("RELU", (x,), s.tensor((1, 8, 8, 3), 1 / 256, -128))
    model = mite.Model(s.image((x,), (y,), labels=["none", "green", "blue"]))
    frame = np.zeros((16, 16), ">u2")
    frame[2:6, 8:14], frame[10:14, 0:4] = 0x07E0, 0x001F
    see = Preprocessor(model, 16, 16)
    see.fill(frame.tobytes())
    model.invoke()
    found = boxes(model)
    assert [(box.label, see.in_frame(box)) for box in found] == [("green", (8, 2, 6, 4)), ("blue", (0, 10, 4, 4))]


def test_sanitizers_find_nothing(root, tmp_path):
    """Random configurations, with frames, tables and outputs of just the bytes that they need."""
    sources = [root / "tests" / "vision_sanitize.c", *sorted((root / "port" / "vision").glob("*.c")), root / "port" / "kernels" / "real.c"]
    flags = ["-std=c99", "-O1", "-g", "-fwrapv", "-ffp-contract=off", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["gcc", *flags, "-o", tmp_path / "vision", *sources], check=True)
    done = subprocess.run([tmp_path / "vision"], capture_output=True, text=True, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, timeout=300)
    assert not done.stderr and int(done.stdout) > 1000, done.stdout + done.stderr[-3000:]
