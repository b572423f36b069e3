"""Float models become integer ones: they run in LiteRT, TFLite Micro and mite alike, and answer as the float ones do."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from small_models import Sketch
from tflite_micro import runtime

from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.quantize.post import Settings, quantize
from mite_tools.quantize.ranges import METHODS, Histogram, choose
from mite_tools.quantize.real import as_real
from mite_tools.quantize.report import answers, snr_db
from mite_tools.quantize.runner import Runner
from mite_tools.quantize.scheme import FIXED, FREE, SAME
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from mite_tools.verify import verify

SAME_PADDING, VALID, RELU = 0, 1, 1


class Reals(Sketch):
    """Float graphs, as converters write them."""

    def tensor(self, shape, scale=None, zero_point=0, dtype="float32") -> Tensor:
        return super().tensor(shape, None, dtype=dtype)

    def filter(self, shape, axis, per_channel):
        fan_in = np.prod(shape) / shape[axis]
        return (self.constant(self.random.normal(0, fan_in**-0.5, shape), "float32"), self.constant(self.random.normal(0, 0.2, shape[axis]), "float32"))

    def pool(self, kind: str, x: Tensor, kernel: int, stride: int, padding=SAME_PADDING) -> Tensor:
        shape = (1, *(-(-size // stride) for size in x.shape[1:3]), x.shape[3])
        return self.add_op(kind, (x,), self.tensor(shape), padding=padding, stride_h=stride, stride_w=stride, filter_height=kernel,
                           filter_width=kernel, fused_activation_function=0)  # fmt: skip

    def conv_transpose(self, x: Tensor, out_c: int, kernel: int) -> Tensor:
        weights, bias = self.filter((out_c, kernel, kernel, x.shape[3]), 0, True)
        shape = (1, 2 * x.shape[1], 2 * x.shape[2], out_c)
        return self.add_op("TRANSPOSE_CONV", (self.constant(shape), weights, x, bias), self.tensor(shape), padding=SAME_PADDING, stride_h=2, stride_w=2)


def mobile(seed: int = 3, spread: float = 1.0, channels: int = 8) -> Graph:
    """A small MobileNet with a shortcut. spread: how much the channels in front of its depthwise convolutions differ in size."""
    s = Reals(seed)
    picture = s.tensor((1, 12, 12, 3))
    x = s.conv(picture, channels, 3, 2, activation=RELU)
    factor = spread ** s.random.normal(0, 1, channels).astype(np.float32)
    for number in (1, 2):
        t = s.ops[0].inputs[number]
        t.data = t.data * factor.reshape(-1, *[1] * (t.data.ndim - 1))
    x = s.conv(x, channels, 3, depthwise=True, activation=RELU)
    s.ops[1].inputs[1].data = s.ops[1].inputs[1].data / factor
    y = s.conv(x, channels, 1)
    x = s.add_op("ADD", (x, y), s.tensor(x.shape), fused_activation_function=RELU)
    x = s.add_op("MEAN", (x, s.constant([1, 2])), s.tensor((1, channels)), keep_dims=False)
    x = s.add_op("SOFTMAX", (s.dense(x, 5),), s.tensor((1, 5)), beta=1.0)
    return Graph(s.ops, [picture], [x], "mobile")


def many_ops() -> Graph:
    """Ops whose tensors must share a scale, or must have a certain one, or may stay float."""
    s = Reals(4)
    picture, slopes = s.tensor((1, 6, 6, 4)), s.constant(s.random.uniform(0, 0.4, (1, 1, 4)), "float32")
    x = s.add_op("PAD", (picture, s.constant([[0, 0], [1, 1], [1, 1], [0, 0]])), s.tensor((1, 8, 8, 4)))
    a = s.add_op("PRELU", (s.conv(x, 4, 3, padding=VALID), slopes), s.tensor((1, 6, 6, 4)))
    b = s.add_op("LOGISTIC", (a,), s.tensor(a.shape))
    c = s.add_op("TANH", (s.conv(picture, 4, 1),), s.tensor(a.shape))
    x = s.add_op("CONCATENATION", (a, b, c), s.tensor((1, 6, 6, 12)), axis=3, fused_activation_function=0)
    x = s.add_op("MAXIMUM", (x, s.constant(s.random.normal(size=(12,)), "float32")), s.tensor(x.shape))
    x = s.pool("MAX_POOL_2D", s.pool("AVERAGE_POOL_2D", x, 2, 2), 3, 1)
    x = s.conv_transpose(x, 6, 3)
    x = s.add_op("MUL", (x, s.constant(s.random.normal(size=(6,)), "float32")), s.tensor(x.shape), fused_activation_function=0)
    x = s.add_op("SIN", (x,), s.tensor(x.shape))  # no integer kernel
    x = s.add_op("LEAKY_RELU", (x,), s.tensor(x.shape), alpha=0.2)
    wide = s.add_op("RESHAPE", (x, s.constant([1, x.count])), s.tensor((1, x.count)))
    return Graph(s.ops, [picture], [s.dense(wide, 7)], "many")


def samples(graph: Graph, count: int = 12, seed: int = 5):
    random = np.random.default_rng(seed)
    return [[random.normal(0, 1, t.shape).astype(np.float32) for t in graph.inputs] for _ in range(count)]


def made(graph: Graph, **settings):
    """A Quantized, through a file."""
    graph = parse(write(graph))
    return quantize(graph, samples(graph), Settings(**settings))


def decibels(graph: Graph, **settings) -> float:
    """How far the integer model's output is from the float one's, on samples that it was not made with."""
    mine, theirs = answers(made(graph, **settings), samples(graph, 40, 6), lambda things, name: things)
    return snr_db(np.array(theirs), np.array(mine))


@pytest.mark.parametrize("graph", (mobile, many_ops))
@pytest.mark.parametrize("settings", ({}, {"weights": 4}, {"activations": "int16"}, {"float_ends": True}, {"method": "percentile"}), ids=str)
def test_everybody_runs_it_with_the_same_bytes(graph, settings, tmp_path):
    path = tmp_path / "made.tflite"
    path.write_bytes(write(made(graph(), **settings).graph))
    Interpreter(str(path)).allocate_tensors()
    runtime.Interpreter.from_file(str(path))
    verdict = verify(path, random_runs=6)
    assert verdict.good and "Micro" in verdict.reference
    assert graph is many_ops or settings.get("float_ends") or verdict.exact


@pytest.mark.parametrize("graph, least", ((mobile, 30), (many_ops, 25)))
def test_answers_are_near_the_float_models(graph, least):
    assert decibels(graph()) > least
    assert decibels(graph(), activations="int16") > least + 10


def test_int4_is_better_with_learned_rounding_and_corrected_biases():
    wide = lambda: mobile(channels=40)
    learned, nearest, plain = (decibels(wide(), weights=4, **off) for off in ({}, {"learn": False}, {"learn": False, "correct": False}))
    assert learned > nearest > plain + 3


def test_channels_of_very_different_size_are_equalized():
    uneven = lambda: mobile(spread=6.0)
    assert decibels(uneven()) > decibels(uneven(), equalize=False) + 3
    assert made(uneven()).equalized > 0


def test_an_input_with_a_given_scale_keeps_it():
    given = Quantization(np.float32([1 / 128]), np.int64([0]))
    graph = made(mobile(), inputs=[given]).graph
    assert (graph.inputs[0].scale, graph.inputs[0].zero_point) == (1 / 128, 0)


def test_only_ops_without_integer_kernels_stay_float():
    assert [op.kind for op in made(many_ops()).left] == ["SIN"]


def test_tables_of_the_scheme_do_not_contradict_each_other():
    assert not set(SAME) & set(FREE)
    for fixed in FIXED.values():
        assert not set(fixed) & set(SAME + FREE)


def test_weights_of_fewer_bits_are_unfolded_first():
    """float16 behind DEQUANTIZE, and the int8 weights of hybrid ops."""
    graph, plain = mobile(), mobile()
    first, second = graph.ops[0], graph.ops[2]
    half = first.inputs[1]
    first.inputs[1] = Tensor("unfolded", half.shape, "float32")
    graph.ops.insert(0, Op("DEQUANTIZE", [Tensor("half", half.shape, "float16", None, half.data.astype(np.float16))], [first.inputs[1]]))
    whole = second.inputs[1]
    scale = np.abs(whole.data).max((1, 2, 3)).astype(np.float32) / 127
    data = np.round(whole.data / scale[:, None, None, None]).astype(np.int8)
    second.inputs[1] = Tensor("hybrid", whole.shape, "int8", Quantization(scale, np.zeros(len(scale), np.int64)), data)
    real = as_real(parse(write(graph)))
    assert [op.kind for op in real.ops] == [op.kind for op in plain.ops]
    outputs = [Runner(each).outputs(samples(each, 1)[0])[0] for each in (real, plain)]
    assert snr_db(outputs[1], outputs[0]) > 35
    assert not made(graph).left


def test_a_clamp_of_its_own_goes_into_the_op_before_it():
    s = Reals(6)
    x = s.tensor((1, 4, 4, 2))
    y = s.conv(x, 3, 1)
    z = s.add_op("RELU6", (y,), s.tensor(y.shape))
    graph = as_real(Graph(s.ops, [x], [z]))
    assert [op.kind for op in graph.ops] == ["CONV_2D"] and graph.ops[0].options["fused_activation_function"] == 3 and graph.ops[0].outputs == [z]


def test_the_method_is_the_one_that_the_outputs_mind_least():
    found = {method: decibels(mobile(), method=method) for method in METHODS}
    assert made(mobile()).settings.method in METHODS and decibels(mobile()) > max(found.values()) - 2


@pytest.mark.parametrize("method", METHODS)
def test_ranges_hold_zero_and_what_was_seen_most(method):
    values = np.random.default_rng(3).normal(2, 1, 50000)
    values[0] = 40.0  # far out
    histogram = Histogram(values.min(), values.max())
    histogram.add(values)
    low, high = choose(histogram, method, 255)
    assert low <= 0 and 4 < high and (high >= 40) == (method == "minmax")
