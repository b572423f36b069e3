"""Small models made of nothing but this file: together every op of the image format in a few kilobytes, for tests without ../shared."""

import numpy as np
from flatbuffers import flexbuffers

from mite_tools import compile as compiler
from mite_tools import plan as planner
from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.image import pack
from mite_tools.ops.winograd import FASTER_ON
from mite_tools.passes import bands

SAME, VALID = 0, 1
RELU, RELU6 = 1, 3


class Sketch:
    """A graph in the making: each method appends an op and returns its output. Weights come from a seeded generator."""

    def __init__(self, seed: int = 1):
        self.random = np.random.default_rng(seed)
        self.ops: list[Op] = []
        self.processor: str | None = None

    def tensor(self, shape, scale=0.05, zero_point=-3, dtype="int8") -> Tensor:
        """A tensor that is not constant; scale None: not quantized."""
        quantization = None if scale is None else Quantization(np.float32([scale]), np.int64([zero_point]))
        return Tensor(f"t{self.random.integers(1 << 30)}", tuple(shape), dtype, quantization)

    def constant(self, data, dtype="int32", scales=None, axis=0) -> Tensor:
        data = np.asarray(data, dtype)
        quantization = None if scales is None else Quantization(np.float32(scales), np.zeros(len(scales), np.int64), axis)
        return Tensor("constant", data.shape, dtype, quantization, data)

    def add_op(self, kind: str, inputs, output: Tensor, **options) -> Tensor:
        self.ops.append(Op(kind, list(inputs), [output], options, len(self.ops)))
        return output

    def filter(self, shape, axis: int, per_channel: bool) -> tuple[Tensor, Tensor]:
        """(weights, bias) of a convolution or a fully connected op."""
        channels = shape[axis]
        scales = self.random.uniform(0.005, 0.02, channels if per_channel else 1)
        weights = self.constant(self.random.integers(-127, 128, shape), "int8", scales, axis)
        return weights, self.constant(self.random.integers(-500, 500, channels))

    def conv(self, x: Tensor, out_c: int, kernel: int, stride=1, padding=SAME, activation=0, per_channel=True, depthwise=False,
             groups=1, scale=0.04):
        """CONV_2D or DEPTHWISE_CONV_2D with a square kernel. scale: of the output; a very small one makes large multipliers."""
        batches, in_h, in_w, in_c = x.shape
        out = [-(-size // stride) if padding == SAME else -(-(size - kernel + 1) // stride) for size in (in_h, in_w)]
        shape = (1, kernel, kernel, out_c) if depthwise else (out_c, kernel, kernel, in_c // groups)
        weights, bias = self.filter(shape, 3 if depthwise else 0, per_channel)
        return self.add_op(
            "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", (x, weights, bias), self.tensor((batches, *out, out_c), scale, 5),
            padding=padding, stride_h=stride, stride_w=stride, dilation_hfactor=1, dilation_wfactor=1,
            fused_activation_function=activation, **({"depth_multiplier": out_c // in_c} if depthwise else {}),
        )  # fmt: skip

    def dense(self, x: Tensor, outputs: int, per_channel=False) -> Tensor:
        rows = x.shape[0] if len(x.shape) == 4 else 1
        weights, bias = self.filter((outputs, x.count // rows), 0, per_channel)
        return self.add_op("FULLY_CONNECTED", (x, weights, bias), self.tensor((rows, outputs), 0.06, 7),
                           weights_format=0, fused_activation_function=0)  # fmt: skip

    def pool(self, kind: str, x: Tensor, kernel: int, stride: int, padding=SAME) -> Tensor:
        """AVERAGE_POOL_2D or MAX_POOL_2D."""
        batches, in_h, in_w, channels = x.shape
        out = [-(-size // stride) if padding == SAME else -(-(size - kernel + 1) // stride) for size in (in_h, in_w)]
        output = self.tensor((batches, *out, channels), x.scale, x.zero_point, x.dtype)
        return self.add_op(kind, (x,), output, padding=padding, stride_h=stride, stride_w=stride,
                           filter_height=kernel, filter_width=kernel, fused_activation_function=0)  # fmt: skip

    def image(self, inputs, outputs, /, **metadata) -> bytes:
        """The .mite image of what was sketched."""
        graph = Graph(self.ops, list(inputs), list(outputs), "small")
        compiler.check(graph)
        for each in compiler.PIPELINE:
            each.run(graph)
        program = compiler.lower(graph, self.processor)
        return pack.pack(program, planner.make(program), metadata)


def every_op() -> bytes:
    """Float inputs, two outputs, and every op that pictures and sound need; about 3 KB."""
    s = Sketch()
    sound, bias = s.tensor((1, 6, 5, 3), None, dtype="float32"), s.tensor((1, 1, 1, 4), 0.05, 1)
    x = s.add_op("QUANTIZE", (sound,), s.tensor(sound.shape, 0.02, -3))
    x = s.conv(x, 4, 3, stride=1, activation=RELU)
    x = s.add_op("ADD", (x, bias), s.tensor(x.shape, 0.07, -2), fused_activation_function=RELU6)
    wide = s.conv(x, 8, 3, stride=2, depthwise=True, per_channel=False)
    a = s.pool("MAX_POOL_2D", wide, 2, 2)
    b = s.pool("AVERAGE_POOL_2D", wide, 3, 2)
    joined = s.add_op("CONCATENATION", (a, b), s.tensor((1, 2, 2, 16), wide.scale, wide.zero_point),
                      axis=3, fused_activation_function=0)  # fmt: skip
    padded = s.add_op("PAD", (joined, s.constant([[0, 0], [1, 0], [0, 1], [0, 0]])),
                      s.tensor((1, 3, 3, 16), joined.scale, joined.zero_point))  # fmt: skip
    turned = s.add_op("TRANSPOSE", (padded, s.constant([0, 2, 3, 1])),
                      s.tensor((1, 3, 16, 3), padded.scale, padded.zero_point))  # fmt: skip
    mean = s.add_op("MEAN", (turned, s.constant([1, 3])), s.tensor((1, 16), 0.03, 4), keep_dims=False)
    logits = s.dense(mean, 5)
    gate = s.add_op("LOGISTIC", (logits,), s.tensor((1, 5), 1 / 256, -128))
    shares = s.add_op("SOFTMAX", (s.dense(gate, 5, per_channel=True),), s.tensor((1, 5), 1 / 256, -128), beta=1.0)
    real = s.add_op("DEQUANTIZE", (shares,), s.tensor((1, 5), None, dtype="float32"))
    return s.image((sound, bias), (real, gate), labels=["zero", "one", "two", "three", "four"])


def classifier(labels=("no", "yes", "maybe")) -> bytes:
    """int8 [1, 4, 4, 1] named "picture" to int8 [1, 3] named "scores": a convolution, a fully connected op, a softmax."""
    s = Sketch(2)
    picture = s.tensor((1, 4, 4, 1), 0.5, 3)
    x = s.dense(s.conv(picture, 2, 3, stride=2, activation=RELU), 3)
    scores = s.add_op("SOFTMAX", (x,), s.tensor((1, 3), 1 / 256, -128), beta=1.0)
    return s.image((picture,), (scores,), name="classifier", inputs=["picture"], outputs=["scores"], labels=list(labels))


def noise(seed: int) -> bytes:
    """Some 12 KB, most of them weights without any order."""
    s = Sketch(seed)
    picture = s.tensor((1, 8, 8, 1))
    x = s.dense(s.conv(picture, 2, 3, stride=1, padding=SAME), 80)
    return s.image((picture,), (s.dense(x, 10),))


def convolutions() -> bytes:
    """Two pictures int8 [2, 5, 6, 8] through convolutions of all kinds: in groups, one pixel wide, strided, with large multipliers."""
    s = Sketch(3)
    pictures = s.tensor((2, 5, 6, 8))
    x = s.conv(pictures, 8, 3, groups=2)
    x = s.conv(x, 6, 1, padding=VALID, per_channel=False, scale=1e-4)
    x = s.conv(x, 12, 3, depthwise=True)
    for kernel, stride in ((3, 1), (2, 1), (3, 2)):  # one filter a channel: what fast kernels are made for
        x = s.conv(x, 12, kernel, stride, depthwise=True)
    x = s.conv(x, 4, 2, padding=VALID, groups=4, activation=RELU)
    return s.image((pictures,), (s.conv(x, 3, 1),))


def matrices() -> bytes:
    """BINARY, REDUCE, BATCH_MATMUL, L2_NORMALIZATION, LOG_SOFTMAX."""
    s = Sketch(5)
    a, b = s.tensor((3, 8)), s.tensor((8, 5))
    x = s.add_op("BATCH_MATMUL", (a, b), s.tensor((3, 5), 0.2), adj_x=False, adj_y=False)
    x = s.add_op("DIV", (x, s.tensor((3, 5), 0.03)), s.tensor((3, 5), 0.1), fused_activation_function=0)
    slopes = s.constant(s.random.integers(-128, 128, (1, 5)), "int8", [0.01])
    x = s.add_op("PRELU", (x, slopes), s.tensor((3, 5)))
    x = s.add_op("SQUARED_DIFFERENCE", (x, slopes), s.tensor((3, 5), 0.1))
    x = s.add_op("L2_NORMALIZATION", (x,), s.tensor((3, 5), 1 / 128, 0), fused_activation_function=0)
    best = s.add_op("ARG_MAX", (x, s.constant([1])), s.tensor((3,), None, dtype="int32"))
    x = s.add_op("ADD_N", (x, x, x), s.tensor((3, 5), 0.1))
    most = s.add_op("REDUCE_MAX", (x, s.constant([0])), s.tensor((5,), 0.1))
    shares = s.add_op("LOG_SOFTMAX", (x,), s.tensor((3, 5), 1 / 16, 127))
    inputs = [t for op in s.ops for t in op.inputs if not t.is_constant and not any(t in other.outputs for other in s.ops)]
    return s.image(tuple(dict.fromkeys(inputs)), (best, most, shares))


def sequences() -> bytes:
    """GATHER, RESIZE_BILINEAR, LSTM, SVDF and INITIAL_STATE."""
    s = Sketch(6)
    picture = s.tensor((1, 2, 3, 2))
    x = s.add_op("RESIZE_BILINEAR", (picture, s.constant([3, 4])), s.tensor((1, 3, 4, 2)), half_pixel_centers=True, align_corners=False)
    x = s.add_op("RESIZE_NEAREST_NEIGHBOR", (x, s.constant([2, 5])), s.tensor((1, 2, 5, 2)), align_corners=False, half_pixel_centers=False)
    x = s.add_op("RESHAPE", (x, s.constant([1, 4, 5])), s.tensor((1, 4, 5)))

    def variable(shape, scale, zero_point=0, dtype="int8") -> Tensor:
        tensor = s.tensor(shape, scale, zero_point, dtype)
        tensor.is_variable = True
        return tensor

    def weights(rows, columns):
        return s.constant(s.random.integers(-127, 128, (rows, columns)), "int8", [0.01])

    gates = [weights(3, n) for n in (5, 5, 5, 5, 3, 3, 3, 3)]
    biases = [s.constant(s.random.integers(-500, 500, 3)) for _ in range(4)]
    state, cell = variable((1, 3), 0.01, 4), variable((1, 3), 2**-11, 0, "int16")
    x = s.add_op("UNIDIRECTIONAL_SEQUENCE_LSTM", (x, *gates, None, None, None, *biases, None, None, state, cell, None, None, None, None),
                 s.tensor((1, 4, 3), 0.01, 4), fused_activation_function=4, time_major=False, cell_clip=1.0)  # fmt: skip
    x = s.add_op("RESHAPE", (x, s.constant([1, 12])), s.tensor((1, 12), 0.01, 4))
    times = s.constant(s.random.integers(-127, 128, (4, 3)), "int8", [0.01])
    x = s.add_op("SVDF", (x, weights(4, 12), times, s.constant([1, 2]), variable((1, 12), 0.01, -5)), s.tensor((1, 2), 0.1), rank=2)
    return s.image((picture,), (x,))


def branches() -> bytes:
    """JUMP: a WHILE with an IF in it."""
    s = Sketch(7)

    def less(t: Tensor, limit: int) -> Op:
        return Op("LESS", [t, s.constant([limit], "int8", [0.05])], [s.tensor((1,), None, dtype="bool")])

    def add(a: Tensor, number: int) -> Op:
        return Op("ADD", [a, s.constant([number], "int8", [0.05])], [s.tensor(a.shape, zero_point=0)], {"fused_activation_function": 0})

    def counted() -> tuple[Tensor, Tensor]:
        return s.tensor((1,), zero_point=0), s.tensor((7,), zero_point=0)

    def branch(number: int) -> Graph:
        x = s.tensor((7,), zero_point=0)
        op = add(x, number)
        return Graph([op], [x], op.outputs)

    n, x = counted()
    step = add(n, 1)
    choice = less(n, 3)
    either = Op("IF", [choice.outputs[0], x], [s.tensor((7,), zero_point=0)], subgraphs=[branch(2), branch(-1)])
    body = Graph([step, choice, either], [n, x], [*step.outputs, *either.outputs])
    n, x = counted()
    more = less(n, 5)
    start, values = counted()
    s.ops.append(Op("WHILE", [start, values], [*counted()], subgraphs=[Graph([more], [n, x], more.outputs), body]))
    return s.image((start, values), s.ops[-1].outputs)


def whole_numbers() -> bytes:
    """Indices and masks: INTEGER, INTEGER_REDUCE, CAST, SELECT, CUMSUM, TOPK, SCATTER, WINDOW."""
    s = Sketch(7)

    def plain(shape, dtype="int32"):
        return s.tensor(shape, None, dtype=dtype)

    a, b, at = plain((3, 5)), plain((5,)), plain((2,))
    x = s.add_op("MUL", (a, b), plain((3, 5)), fused_activation_function=RELU)
    mask = s.add_op("GREATER", (x, b), plain((3, 5), "bool"))
    x = s.add_op("SELECT_V2", (mask, x, s.constant(7)), plain((3, 5)))
    x = s.add_op("CUMSUM", (x, s.constant(1)), plain((3, 5)), exclusive=True, reverse=True)
    x = s.add_op("DYNAMIC_UPDATE_SLICE", (x, s.constant([[1, 2]]), at), plain((3, 5)))
    box = s.add_op("SLICE", (x, at, s.constant([2, 3])), plain((2, 3)))
    sums = s.add_op("SUM", (box, s.constant(1)), plain((2,)), keep_dims=False)
    wide = s.add_op("CAST", (sums,), plain((2,), "int64"))
    real = s.add_op("CAST", (wide,), plain((2,), "float32"))
    values = plain((3, 2))
    rows = plain((3, 2))
    s.add_op("TOPK_V2", (x, s.constant(2)), values)
    s.ops[-1].outputs.append(rows)
    put = s.add_op("SCATTER_ND", (s.add_op("RESHAPE", (rows, s.constant([6, 1])), plain((6, 1))), s.constant(range(6)), s.constant([5])), plain((5,)))
    halves = s.add_op("FLOOR_DIV", (values, s.constant(2)), plain((3, 2)))
    powers = s.add_op("POW", (halves, s.constant(3)), plain((3, 2)))
    return s.image((a, b, at), (real, put, powers))


class FirstScheme(Sketch):
    """Of uint8 tensors, and filters with a zero point of their own."""

    def tensor(self, shape, scale=0.05, zero_point=125, dtype="uint8") -> Tensor:
        return super().tensor(shape, scale, zero_point, dtype)

    def filter(self, shape, axis: int, per_channel: bool) -> tuple[Tensor, Tensor]:
        weights = self.constant(self.random.integers(0, 256, shape), "uint8", [0.01])
        weights.quantization.zero_point[:] = 121
        return weights, self.constant(self.random.integers(-500, 500, shape[axis]))


def first_scheme() -> bytes:
    """CONV_2D_ASYMMETRIC, AVERAGE_POOL_2D_UP, RESIZE_BILINEAR_UP, FULLY_CONNECTED_STEPS."""
    s = FirstScheme(7)
    pictures = s.tensor((2, 5, 6, 4))
    x = s.conv(pictures, 8, 3, groups=2)
    x = s.conv(x, 16, 3, stride=2, depthwise=True)
    x = s.pool("AVERAGE_POOL_2D", s.conv(x, 3, 1), 2, 1)
    size = {"align_corners": False, "half_pixel_centers": True}
    x = s.add_op("RESIZE_BILINEAR", (x, s.constant([2, 5])), s.tensor((2, 2, 5, 3), x.scale, x.zero_point), **size)
    return s.image((pictures,), (s.dense(x, 5),))


class Wide(Sketch):
    """int16 tensors; biases of 64 bits, on the scale of the sums as the converter makes them."""

    def tensor(self, shape, scale=1e-3, zero_point=0, dtype="int16") -> Tensor:
        return super().tensor(shape, scale, 0 if dtype == "int16" else zero_point, dtype)

    def filter(self, shape, axis: int, per_channel: bool) -> tuple[Tensor, Tensor]:
        weights, bias = super().filter(shape, axis, per_channel)
        return weights, self.constant(bias.data.astype(np.int64) * 1000, "int64")

    def conv(self, x, *arguments, scale=None, **options):
        """scale: None for one that about keeps the range."""
        return super().conv(x, *arguments, scale=x.scale * 2 if scale is None else scale, **options)


def sixteen_bits() -> bytes:
    """The ops on int16 activations: RESCALE and all whose names end in _S16."""
    s = Wide(7)

    def weights(shape, channels: int, axis: int = 0, bias="int64", per_channel=True) -> tuple[Tensor, Tensor]:
        scales = s.random.uniform(0.005, 0.02, channels if per_channel else 1)
        return s.constant(s.random.integers(-127, 128, shape), "int8", scales, axis), s.constant(s.random.integers(-500, 500, channels), bias)

    steps = {"padding": SAME, "stride_h": 1, "stride_w": 1, "dilation_hfactor": 1, "dilation_wfactor": 1, "fused_activation_function": RELU}
    narrow = s.tensor((1, 4, 5, 2), 0.05, -3, "int8")
    x = s.add_op("QUANTIZE", (narrow,), s.tensor(narrow.shape, 0.001))
    x = s.add_op("CONV_2D", (x, *weights((3, 3, 3, 2), 3)), s.tensor((1, 4, 5, 3)), **steps)
    x = s.add_op("DEPTHWISE_CONV_2D", (x, *weights((1, 2, 2, 6), 6, 3)), s.tensor((1, 4, 5, 6)), depth_multiplier=2, **steps)
    pooling = {"padding": SAME, "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 2, "fused_activation_function": 0}
    x = s.add_op("RESIZE_BILINEAR", (x, s.constant([4, 5])), s.tensor((1, 4, 5, 6)), half_pixel_centers=True, align_corners=False)
    a = s.add_op("AVERAGE_POOL_2D", (x,), s.tensor((1, 2, 3, 6)), **pooling)
    b = s.add_op("MAX_POOL_2D", (x,), s.tensor((1, 2, 3, 6)), **pooling)
    x = s.add_op("SUB", (a, b), s.tensor((1, 2, 3, 6), 0.02), fused_activation_function=0)
    more = s.add_op("GREATER", (a, b), s.tensor((1, 2, 3, 6), None, dtype="bool"))
    x = s.add_op("MEAN", (x, s.constant([1])), s.tensor((1, 3, 6), 0.02), keep_dims=False)
    x = s.add_op("BATCH_MATMUL", (x, x), s.tensor((1, 3, 3), 0.1), adj_x=False, adj_y=True)
    gates = [weights((2, n), 2, per_channel=False) for n in (3, 3, 3, 3, 2, 2, 2, 2)]
    state, cell = s.tensor((1, 2), 2**-15), s.tensor((1, 2), 2**-11)
    state.is_variable = cell.is_variable = True
    given = (x, *(w for w, _ in gates), None, None, None, *(b for _, b in gates[:4]), None, None, state, cell, None, None, None, None)
    remembered = s.add_op("UNIDIRECTIONAL_SEQUENCE_LSTM", given, s.tensor((1, 3, 2), 2**-15), fused_activation_function=4, time_major=False,
                          cell_clip=1.0)  # fmt: skip
    x = s.add_op("FULLY_CONNECTED", (x, *weights((5, 9), 5, bias="int32", per_channel=False)), s.tensor((1, 5), 0.1),
                 weights_format=0, fused_activation_function=0)  # fmt: skip
    x = s.add_op("TANH", (x,), s.tensor((1, 5), 2**-15))
    x = s.add_op("EXP", (x,), s.tensor((1, 5), 1e-4))
    shares = s.add_op("SOFTMAX", (x,), s.tensor((1, 5), 2**-15), beta=100.0)
    return s.image((narrow,), (more, remembered, shares))


def real_edges() -> bytes:
    """From real numbers to int16 ones and back, and what int8 ops do for int16."""
    s = Wide(13)
    x = s.tensor((1, 2, 3, 2), None, dtype="float32")
    wide = s.add_op("QUANTIZE", (x,), s.tensor(x.shape, 1e-4))
    wide = s.add_op("RESIZE_BILINEAR", (wide, s.constant([3, 2])), s.tensor((1, 3, 2, 2), 1e-4), half_pixel_centers=True, align_corners=False)
    return s.image((x,), (s.add_op("DEQUANTIZE", (wide,), s.tensor(wide.shape, None, dtype="float32")), wide))


def banded() -> bytes:
    """BAND_SUM, BAND_MEAN and BAND_DENSE: two means and a fully connected op over a picture that is computed in bands of rows."""
    s = Sketch(9)
    picture = s.tensor((1, 7, 3, 4))
    y = s.pool("AVERAGE_POOL_2D", s.conv(picture, 4, 3), 7, 1, VALID)
    s.ops[-1].options["filter_width"], y.shape = 3, (1, 1, 1, 4)
    first, s.ops = bands.divided(s.ops, 3), []
    z = s.add_op("MEAN", (s.conv(picture, 4, 1), s.constant([1, 2])), s.tensor((1, 4), 0.03, 4), keep_dims=False)
    second, s.ops = bands.divided(s.ops, 2), []
    dense = s.dense(s.conv(picture, 3, 3), 5, per_channel=True)
    s.ops = first + second + bands.divided(s.ops, 3)
    return s.image((picture,), (y, z, dense))


def customs() -> bytes:
    """CUSTOM: an op with an input left out, a constant and two outputs, and one with options that are a map. "Sum" is for small_sum()."""
    s = Sketch(8)
    x = s.tensor((1, 5))
    first = Op("CUSTOM:Sum", [x, None, s.constant([1, 2, 3])], [s.tensor((2, 3)), s.tensor((), None, dtype="int32")], {"custom_options": b"abcde"})
    options = bytes(flexbuffers.Dumps({"gain": 3, "name": "x", "other": 0.5}))
    second = Op("CUSTOM:Sum", [first.outputs[0]], [s.tensor((2, 3))], {"custom_options": options})
    last = Op("ADD", [first.outputs[0], second.outputs[0]], [s.tensor((2, 3))], {"fused_activation_function": 0})
    s.ops += [first, second, last]
    return s.image((x,), (*last.outputs, first.outputs[1]))


def detections() -> bytes:
    """DETECTION: float, class by class, and int8 by each box's best class."""
    s = Sketch(10)

    def detection(dtype: str, **options) -> tuple:
        numbers = (None, None, None) if dtype == "float32" else ((0.03, -11), (1 / 256, -128), (0.004, -128))
        boxes, scores = (s.tensor(shape, *(n or (None,)), dtype=dtype) for shape, n in zip(((1, 9, 4), (1, 9, 3)), numbers))
        data = s.random.uniform(0.2, 0.8, (9, 4)) * (1 if dtype == "float32" else 100)
        anchors = s.constant(data, dtype, None if dtype == "float32" else [0.004])
        options |= {"num_classes": 2, "nms_iou_threshold": 0.5, "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0,
                    "max_classes_per_detection": 2}  # fmt: skip
        outputs = [s.tensor(shape, None, dtype="float32") for shape in ((1, 6, 4), (1, 6), (1, 6), (1,))]
        s.ops.append(Op("CUSTOM:TFLite_Detection_PostProcess", [boxes, scores, anchors], outputs,
                        {"custom_options": bytes(flexbuffers.Dumps(options))}))  # fmt: skip
        return (boxes, scores), outputs

    given, made = detection("float32", max_detections=3, use_regular_nms=True, detections_per_class=2, nms_score_threshold=0.1)
    more, others = detection("int8", max_detections=3, nms_score_threshold=0.1)
    return s.image((*given, *more), (*made, *others))


def thresholds() -> bytes:
    """int8 [1, 7] of scale 0.5 to int8 [1, 7]: which of the numbers, doubled, are above 1.25? By the custom op Threshold."""
    s = Sketch(11)
    x = s.tensor((1, 7), 0.5, 2)
    double = s.add_op("ADD", (x, x), s.tensor((1, 7), 0.5, -3), fused_activation_function=0)
    above = s.add_op("CUSTOM:Threshold", (double,), s.tensor((1, 7), 1.0, 0), custom_options=bytes(flexbuffers.Dumps({"level": 1.25})))
    s.add_op("ADD", (above, above), s.tensor((1, 7), 1.0, 0), fused_activation_function=0)
    return s.image((x,), s.ops[-1].outputs)


def small_sum(inputs, outputs, options) -> None:
    """What tests/core/driver.c does for every custom op: the sum of all bytes, and the gain, then counting up."""
    raw = options if isinstance(options, bytes) else bytes(flexbuffers.Dumps(options))
    total = len(raw) + sum(raw) + sum(sum(view) for view in inputs if view is not None)
    total += 0 if isinstance(options, bytes) else options["gain"]
    for view in outputs:
        for n in range(len(view)):
            view[n] = total + n & 255


class Int4(Sketch):
    """With weights of four bits."""

    def filter(self, shape, axis: int, per_channel: bool) -> tuple[Tensor, Tensor]:
        weights, bias = super().filter(shape, axis, per_channel)
        weights.dtype, weights.data = "int4", weights.data >> 4
        return weights, bias


def four_bits() -> bytes:
    """CONV_2D_INT4, DEPTHWISE_CONV_2D_INT4."""
    s = Int4(8)
    pictures = s.tensor((2, 5, 6, 6))
    x = s.conv(pictures, 8, 3, groups=2)
    x = s.conv(s.conv(x, 8, 3, stride=2, depthwise=True), 16, 2, depthwise=True, per_channel=False)
    return s.image((pictures,), (s.dense(s.conv(x, 3, 1), 7),))


def winograd() -> bytes:
    """CONV_2D_WINOGRAD."""
    s = Sketch(12)
    s.processor = FASTER_ON[0]
    picture = s.tensor((1, 5, 9, 32))
    return s.image((picture,), (s.conv(picture, 4, 3),))


def reals() -> bytes:
    """Every op of float32 numbers."""
    s = Sketch(8)

    def real(*shape) -> Tensor:
        return s.tensor(shape, None, dtype="float32")

    def weights(*shape) -> Tensor:
        return s.constant(s.random.normal(size=shape), "float32")

    def variable(*shape) -> Tensor:
        tensor = real(*shape)
        tensor.is_variable = True
        return tensor

    window = {"stride_h": 1, "stride_w": 1, "dilation_hfactor": 1, "dilation_wfactor": 1, "padding": SAME}
    picture = real(1, 4, 5, 2)
    x = s.add_op("CONV_2D", (picture, weights(4, 3, 3, 2), weights(4)), real(1, 4, 5, 4), fused_activation_function=RELU6, **window)
    x = s.add_op("DEPTHWISE_CONV_2D", (x, weights(1, 3, 3, 8)), real(1, 4, 5, 8), fused_activation_function=0, **window)
    pool = {"padding": SAME, "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 2, "fused_activation_function": 0}
    for kind, shape in (("AVERAGE_POOL_2D", (1, 2, 3, 8)), ("L2_POOL_2D", (1, 1, 2, 8))):
        x = s.add_op(kind, (x,), real(*shape), **pool)
    x = s.add_op("RESIZE_BILINEAR", (x, s.constant([3, 4])), real(1, 3, 4, 8), half_pixel_centers=True, align_corners=False)
    most = s.add_op("ARG_MAX", (x, s.constant([3])), s.tensor((1, 3, 4), None, dtype="int32"))
    x = s.add_op("MEAN", (x, s.constant([1])), real(1, 4, 8), keep_dims=False)
    x = s.add_op("CUMSUM", (x, s.constant([1])), real(1, 4, 8), exclusive=True, reverse=True)
    for kind in ("SIN", "EXP", "POW", "LOG", "TANH", "GELU", "FLOOR_MOD", "FLOOR_DIV"):  # no power of a negative number: whose NaN differs
        x = s.add_op(kind, (x, weights(4, 1)) if kind in ("POW", "FLOOR_MOD", "FLOOR_DIV") else (x,), real(1, 4, 8))
    gates = [weights(3, n) for n in (8, 8, 8, 8, 3, 3, 3, 3)]
    biases = [weights(3) for _ in range(4)]
    state, cell = variable(1, 3), variable(1, 3)
    x = s.add_op("UNIDIRECTIONAL_SEQUENCE_LSTM", (x, *gates, None, None, None, *biases, None, None, state, cell, None, None, None, None),
                 real(1, 4, 3), fused_activation_function=4, time_major=False, cell_clip=1.0)  # fmt: skip
    x = s.add_op("RESHAPE", (x, s.constant([1, 12])), real(1, 12))
    x = s.add_op("FULLY_CONNECTED", (x, weights(5, 12), weights(5)), real(1, 5), weights_format=0, fused_activation_function=RELU)
    x = s.add_op("SOFTMAX", (x,), real(1, 5), beta=2.0)
    less = s.add_op("LESS", (x, weights(5)), s.tensor((1, 5), None, dtype="bool"))
    x = s.add_op("SVDF", (x, weights(4, 5), weights(4, 3), None, variable(1, 12)), real(1, 2), rank=2, fused_activation_function=0)
    return s.image((picture,), (x, most, less))


def in_rows(whole: bool = False) -> bytes:
    """A picture int8 [1, 12, 6, 2] to int8 [1, 4]: its rows asked for as they are needed, or the same model with all of it at once."""
    s = Sketch(10)
    picture = s.tensor((1, 12, 6, 2))
    x = s.conv(s.conv(picture, 8, 3), 4, 3, 2)
    x = s.add_op("MEAN", (x, s.constant([1, 2])), s.tensor((1, 4), 0.01, 4), keep_dims=False)
    picture.in_rows = not whole
    if not whole:
        s.ops = bands.divided(s.ops, 3)
    return s.image((picture,), (x,), name="rows")


# Models of the ops beside convolutions, a line each.
BESIDE = (
    banded,
    matrices,
    sequences,
    branches,
    customs,
    detections,
    whole_numbers,
    first_scheme,
    four_bits,
    winograd,
    sixteen_bits,
    reals,
    real_edges,
)
