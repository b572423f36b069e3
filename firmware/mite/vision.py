"""Pictures to a model's input, its outputs to boxes.

    see = Preprocessor(model, 320, 240, "rgb565be")     # how the camera's frames lie
    see.fill(frame)                                     # any buffer, not copied: crop, turn, resize and quantize in one pass
    model.invoke()
    for box in boxes(model, threshold=0.5):             # of a model that detects; model.classify() of one that classifies
        print(box.label, box.score, see.in_frame(box))

The same file on a board and on CPython. The native part beneath is `Picture` and three functions (port/vision), of _mite or,
where that is a file, of _mite_sensors.
"""

import struct
from collections import namedtuple

try:
    import _mite
except ImportError:
    raise ImportError("mite.vision needs the native module _mite, which this board does not have: the interpreter in Python sees nothing")

if not hasattr(_mite, "Picture"):
    try:
        import _mite_sensors as _mite
    except ImportError:
        raise ImportError(
            "mite.vision needs its native part, which this _mite was built without: `mite install` puts it on the board as _mite_sensors, "
            "`mite build --vision` into a module of your own"
        )

# How pixels lie. RGB565 of most cameras comes high byte first; framebuf and OpenMV keep it low byte first. YUV is 4:2:2, full range.
FORMATS = ("rgb565be", "rgb565le", "rgb888", "bgr888", "grey", "yuyv", "uyvy")
_PIXEL_BYTES = (2, 2, 3, 3, 1, 2, 2)
METHODS = ("nearest", "bilinear", "area")
_UNIT = 4096  # of boxes by anchors

_MOST = 4095  # pixels of a side

# A thing in a picture: its label (or number), its score, and its sides as parts of the model's picture, 0 to 1.
Box = namedtuple("Box", ("label", "score", "left", "top", "right", "bottom"))


class Preprocessor:
    """Takes frames of a camera to a model's input.

    model: a mite.Model whose first input is a picture [1, height, width, 1 or 3], also one that takes its input in rows. Or such a
        Tensor, for fill(frame, out).
    width, height, format: of the frames; format is one of FORMATS.
    crop: (x, y, width, height) in the frame; "all" of it; "centre", the largest part in its middle with the shape of the input. None: as
        the image's metadata say, else all.
    turns: quarter turns clockwise, of the crop. It is resized afterwards.
    method: one of METHODS. "nearest" is the fastest; "area" is what to make a frame smaller with.
    mean, std: the model wants (v - mean) / std, for v from 0 to 255; numbers, or one for each of three channels, taken to
        thousandths. Without them an input of 8 bits takes v itself (less 128 if int8), and a float32 one v / 255. The image's
        metadata can say it: "pixels".
    stride: bytes from a row of the frame to the next, if there is something between them.
    ValueError for what cannot be.
    """

    def __init__(self, model, width, height, format="rgb565be", crop=None, turns=0, method="area", mean=None, std=None, stride=None):
        tensor = model.input if hasattr(model, "invoke") else model
        shape = tensor.shape if tensor is not None else ()
        if len(shape) != 4 or shape[0] != 1 or shape[3] not in (1, 3):
            raise ValueError("the model's input is %s, not a picture [1, height, width, 1 or 3]" % (tensor,))
        if format not in FORMATS:
            raise ValueError("there is no format %r; there are: %s" % (format, ", ".join(FORMATS)))
        if method not in METHODS:
            raise ValueError("there is no method %r; there are: %s" % (method, ", ".join(METHODS)))
        self.width, self.height = width, height
        out_height, out_width, channels = shape[1:]
        if not 1 <= min(width, height, out_width, out_height) <= max(width, height, out_width, out_height) <= _MOST:
            raise ValueError("sides of frame and input are 1 to %d pixels, not %s and %s" % (_MOST, (width, height), (out_width, out_height)))
        self.turns = turns % 4
        known = model.metadata.get("pixels", {}) if hasattr(model, "metadata") else {}
        if crop is None and known.get("fit") == "crop":
            crop = "centre"
        self.crop = _crop(crop, width, height, *((out_height, out_width) if turns % 2 else (out_width, out_height)))
        number = FORMATS.index(format)
        if stride is None:
            stride = (width + 1) // 2 * 4 if number >= FORMATS.index("yuyv") else width * _PIXEL_BYTES[number]
        self._row_bytes = 0
        if mean is None and std is None:
            mean, std = known.get("mean"), known.get("std")
        self._numbers, self._entry_bytes = _numbers(tensor, channels, mean, std)
        self._row_bytes = out_width * channels * self._entry_bytes
        if not 0 <= stride <= 65536:
            raise ValueError("stride is some bytes, at most 65536, not %r" % (stride,))
        x, y, crop_width, crop_height = self.crop
        config = struct.pack("<I8H4B", stride, width, height, x, y, crop_width, crop_height, out_width, out_height,
                             number, METHODS.index(method), self.turns, channels)
        try:
            self._native = _mite.Picture(config)
        except ValueError as error:
            raise ValueError(_why(error, self))
        self._frame = None
        self._data = tensor.data
        if hasattr(model, "invoke") and not len(tensor.data):
            model.rows(self.rows)

    def fill(self, frame, out=None):
        """Puts a frame into the model's input, or into `out`, a buffer of the input's bytes. A model that takes its input in rows
        asks for them while it runs: the frame must stay as it is until then. ValueError if the frame is too short."""
        self._frame = frame
        if out is None:
            out = self._data
        if len(out):
            self.rows(out, 0)

    def rows(self, out, first):
        """Rows of the input from row `first` on, of the last frame that was filled in, as many as go into `out`."""
        if self._frame is None:
            raise ValueError("there is no frame yet: fill(frame) first")
        try:
            self._native.rows(self._frame, self._numbers, self._entry_bytes, first, out)
        except ValueError as error:
            raise ValueError(_why(error, self))

    def in_frame(self, box):
        """(x, y, width, height) in the frame's pixels of a Box in the model's picture."""
        x, y, width, height = self.crop
        left, top, right, bottom = box[2:]
        if self.turns == 1:
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        elif self.turns == 2:
            left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
        elif self.turns == 3:
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        left, top = x + int(left * width + 0.5), y + int(top * height + 0.5)
        return left, top, x + int(right * width + 0.5) - left, y + int(bottom * height + 0.5) - top


def _why(error, see):
    """The text for a ValueError of _mite.Picture's."""
    number = error.args[0] if len(error.args) == 1 else None
    if number == -6:
        return "rows of the input have %d bytes: out must be some of them, and no more than there are" % see._row_bytes
    if number == -5:
        return "the frame is shorter than %d x %d pixels need" % (see.width, see.height)
    if number == -4:
        return "stride is less than the bytes of a row, or no multiple of 4 in a YUV frame"
    if number == -3:
        return "the crop %s is not within a frame of %d x %d" % (see.crop, see.width, see.height)
    return str(error)


def _crop(crop, width, height, shape_width, shape_height):
    if crop is None or crop == "all":
        return 0, 0, width, height
    if crop == "centre":
        part_width = min(width, max(1, height * shape_width // shape_height))
        part_height = min(height, max(1, width * shape_height // shape_width))
        return (width - part_width) // 2, (height - part_height) // 2, part_width, part_height
    if isinstance(crop, str) or len(crop) != 4 or min(crop) < 0 or max(crop) > _MOST:
        raise ValueError("crop is (x, y, width, height), \"centre\" or \"all\", not %r" % (crop,))
    return tuple(crop)


def _numbers(tensor, channels, mean, std):
    """(the table of what 0..255 become, bytes of an entry)."""
    dtype = tensor.dtype
    if mean is None and std is None or _are_bytes(tensor, mean, std):
        if dtype == "uint8":
            return bytes(range(256)), 1
        if dtype == "int8":
            return bytes([(v - 128) & 255 for v in range(256)]), 1
        if dtype == "float32":
            mean, std = 0, 255
        else:
            raise ValueError("the input is %s: give mean and std" % dtype)
    means, stds = _thousandths(mean or 0, channels), _thousandths(1 if std is None else std, channels)
    if min(stds) <= 0:
        raise ValueError("std must be above 0, not %r" % (std,))
    if channels == 3 and means == [means[0]] * 3 and stds == [stds[0]] * 3:
        means, stds = means[:1], stds[:1]
    code = {"uint8": "<B", "int8": "<b", "int16": "<h", "float32": "<f"}.get(dtype)
    if code is None:
        raise ValueError("a picture cannot be %s" % dtype)
    size = struct.calcsize(code)
    table = bytearray(256 * size * len(means))
    at = 0
    for middle, spread in zip(means, stds):
        for v in range(256):
            if dtype == "float32":
                number = (1000 * v - middle) / spread
            else:
                number = _quantized(1000 * v - middle, spread, tensor)
            struct.pack_into(code, table, at, number)
            at += size
    return bytes(table), size


def _are_bytes(tensor, mean, std):
    """Are the numbers of an 8-bit input the pixels' own, less 128 if it is signed?"""
    means, stds = [list(v) if isinstance(v, (list, tuple)) else [v] for v in (mean or 0, 1 if std is None else std)]
    if tensor.dtype not in ("int8", "uint8") or len(means) > 1 or len(stds) > 1:
        return False
    first = tensor.zero_point + (128 if tensor.dtype == "int8" else 0)
    return abs(tensor.scale * stds[0] - 1) < 1e-5 and abs(means[0] - first) <= 0.5


def _thousandths(value, channels):
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(values) == 1:
        values *= channels
    if len(values) != channels:
        raise ValueError("mean and std are numbers, or one for each of %d channels" % channels)
    return [int(1000 * v + 0.5) if v >= 0 else -int(0.5 - 1000 * v) for v in values]


def _quantized(part, whole, tensor):
    """The raw number of part / whole, halves away from zero as the reference, saturated. In whole numbers, because boards' floats have fewer bits."""
    from .tensor import limits

    low, high = limits(tensor.dtype)
    bits = struct.unpack("<I", struct.pack("<f", tensor.scale or 1))[0]
    whole, exponent = whole * (bits & 0x7FFFFF | 0x800000), (bits >> 23) - 150
    if exponent < 0:
        part <<= -exponent
    else:
        whole <<= exponent
    rounded = (2 * abs(part) + whole) // (2 * whole)
    return min(max((rounded if part >= 0 else -rounded) + tensor.zero_point, low), high)


def boxes(model, threshold=0.5, overlap=0.5, anchors=None, scales=(10, 10, 5, 5), first=1, most=50):
    """What a model that detects has found, after invoke(): a list of Box, best first.

    threshold: scores from this on count. overlap: of two boxes of a category the lesser goes when they have more than this of their
        union in common.
    The model's outputs say how it detects:
    - the first four of float32, as TFLite_Detection_PostProcess makes them: detections that are ready;
    - a grid [1, height, width, categories], such as FOMO's: cells that touch become one box;
    - with anchors=, the heads of an SSD: [1, n, 4] offsets and [1, n, categories] scores. anchors: n times (center y, center x, height,
      width) as float32, in a buffer; scales: those of y, x, height, width.
    first: the first category that is a thing: 1 where category 0 is the background. (Detections that are ready have none.)
    most: the number of boxes that are looked at, the best of them.
    ValueError for outputs of other kinds.
    """
    outputs, labels = model.outputs, model.labels
    if not 0 < threshold <= 1 or not 0 <= overlap <= 1:
        raise ValueError("threshold is above 0 and up to 1, overlap 0 to 1, not %r and %r" % (threshold, overlap))
    if len(outputs) >= 4 and outputs[0].dtype == "float32" and outputs[0].shape[-1] == 4:
        return _ready(outputs, labels, threshold)[:most]
    if anchors is not None and len(outputs) == 2:
        offsets, scores = outputs if outputs[1].shape[-1] != 4 or outputs[0].shape[-1] == 4 else (outputs[1], outputs[0])
        return _heads(offsets, scores, anchors, labels, threshold, overlap, scales, first, most)
    if len(outputs) == 1 and len(outputs[0].shape) == 4 and outputs[0].shape[0] == 1:
        return _grid(outputs[0], labels, threshold, first, most)
    raise ValueError("the model's outputs are %s: neither detections nor a grid of scores%s" % (
        list(outputs), "" if anchors is not None else " (an SSD without its last op needs anchors=)"))


def detects(model):
    """Are a model's outputs boxes, as boxes() takes them without anchors?"""
    outputs = model.outputs
    return (len(outputs) >= 4 and outputs[0].dtype == "float32" and outputs[0].shape[-1] == 4
            or len(outputs) == 1 and len(outputs[0].shape) == 4 and outputs[0].shape[1] * outputs[0].shape[2] > 1)


def _ready(outputs, labels, threshold):
    sides, categories, scores, count = outputs[:4]
    found = []
    for i in range(int(count[0])):
        if scores[i] >= threshold:
            top, left, bottom, right = [min(max(side, 0.0), 1.0) for side in sides[4 * i : 4 * i + 4]]
            found.append(Box(_label(labels, int(categories[i])), scores[i], left, top, right, bottom))
    return found


def _label(labels, category):
    return labels[category] if category < len(labels) else category


def _kind(tensor, threshold):
    """(how the native part names a tensor's type, the threshold as one of its raw numbers)."""
    if tensor.dtype == "float32":
        return 2, struct.unpack("<i", struct.pack("<f", threshold))[0]
    if tensor.dtype not in ("int8", "uint8"):
        raise ValueError("%s is %s: boxes come from int8, uint8 or float32" % (tensor.name, tensor.dtype))
    raw = threshold / (tensor.scale or 1) + tensor.zero_point
    return ("int8", "uint8").index(tensor.dtype), int(raw) if int(raw) >= raw else int(raw) + 1


def _read(room, count, tensor, labels, width, height):
    found = []
    for i in range(count):
        left, top, right, bottom, category, score = struct.unpack_from("<4hii", room, 16 * i)
        if tensor.dtype == "float32":
            score = struct.unpack("<f", struct.pack("<i", score))[0]
        else:
            score = (score - tensor.zero_point) * (tensor.scale or 1)
        found.append(Box(_label(labels, category), score, left / width, top / height, right / width, bottom / height))
    return found


def _grid(tensor, labels, threshold, first, most):
    _, height, width, categories = tensor.shape
    kind, limit = _kind(tensor, threshold)
    work, room = bytearray(2 * height * width), bytearray(16 * ((height + 1) // 2) * ((width + 1) // 2))
    found = []
    for category in range(first, categories):
        count = _mite.grid(struct.pack("<6Hi", height, width, categories, category, kind, 0, limit), tensor.data, work, room)
        found += _read(room, count, tensor, labels, width, height)
    found.sort(key=lambda box: -box.score)
    return found[:most]


def _heads(offsets, scores, anchors, labels, threshold, overlap, scales, first, most):
    count = scores.shape[1]
    kind, limit = _kind(scores, threshold)
    if offsets.shape[1] != count or len(memoryview(anchors)) == 0:
        raise ValueError("%s and %s are not of the same anchors" % (offsets, scores))
    config = struct.pack("<I6Hiif4f", count, offsets.shape[2], scores.shape[2], _kind(offsets, 0.5)[0], kind, first, 0, limit,
                         offsets.zero_point, offsets.scale or 1.0, *scales)
    room = bytearray(16 * most)
    try:
        found = _mite.heads(config, offsets.data, scores.data, anchors, room)
    except ValueError:
        raise ValueError("%d anchors of four float32 are wanted, and scales above 0" % count)
    found = _mite.suppress(room, found, int(256 * overlap + 0.5))
    return _read(room, found, scores, labels, _UNIT, _UNIT)
