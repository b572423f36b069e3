"""The first quantization scheme, op by op: uint8 with a zero point of the weights' own, against LiteRT's reference kernels."""

import numpy as np
import pytest
from first_scheme import agree_as_uint8, as_uint8
from harness import AWKWARD, CLAMPS, NONE, RELU, RELU6, SAME, VALID, LiteRt, Numbers, agree, chain, indices, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.compile import compile_graph
from mite_tools.graph import Op
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from pairs import SCALES, ZEROS, pair
from pooling import pool
from reductions import SHAPES
from resizing import MODES, SIZES
from test_transpose_conv import transposed
from weighted import convolution, dense

ALL = np.arange(256, dtype=np.uint8)
ZERO_POINTS = (0, 1, 121, 127, 128, 255)  # of filters; with 128 all numbers fit int8


def records(graph) -> list[str]:
    """The image ops that a graph becomes."""
    return [record.op.op for record in compile_graph(parse(write(graph))).program.records]


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("zero_point", ZERO_POINTS)
@pytest.mark.parametrize("input", (-128, 0, 127))
def test_zero_points(kind, zero_point, input):
    agree_as_uint8(convolution(kind, input=Numbers(0.05, input), per_channel=False), zero_point)


@pytest.mark.parametrize("out_c", AWKWARD)
@pytest.mark.parametrize("in_c", AWKWARD)
def test_channels(in_c, out_c):
    agree_as_uint8(convolution(size=(5, 4), channels=(in_c, out_c), per_channel=False))
    agree_as_uint8(convolution("DEPTHWISE_CONV_2D", size=(5, 4), channels=(in_c, in_c * (1 + out_c % 3)), per_channel=False))


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("stride, dilation", [((1, 1), (1, 1)), ((2, 1), (1, 1)), ((2, 3), (1, 1)), ((1, 1), (2, 3))])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5), (5, 1)])
def test_windows(kind, kernel, stride, dilation, padding):
    agree_as_uint8(convolution(kind, (11, 16), (3, 3), kernel, stride, dilation, padding, batches=2, per_channel=False))


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("output_scale", (1e-6, 1e-3, 0.05, 2.0, 1e4))
def test_activations_and_scales(kind, activation, output_scale):
    agree_as_uint8(convolution(kind, activation=activation, output_scale=output_scale, per_channel=False))


@pytest.mark.parametrize("bias_reach", (1 << 20, 1 << 26, 1 << 29))
def test_large_biases(bias_reach):
    for kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        agree_as_uint8(convolution(kind, bias_reach=bias_reach, output_scale=20.0, per_channel=False))
    agree_as_uint8(dense((3, 33), 17, bias_reach=bias_reach, output_scale=20.0))


def test_groups():
    agree_as_uint8(convolution(channels=(6, 9), groups=3, per_channel=False))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel, stride", [((3, 3), (2, 2)), ((2, 4), (1, 3)), ((1, 1), (1, 1)), ((2, 2), (3, 3))])
def test_transpose_conv(kernel, stride, padding):
    agree_as_uint8(transposed((4, 5), kernel, stride, padding=padding))


@pytest.mark.parametrize("zero_point", ZERO_POINTS)
@pytest.mark.parametrize("depth, outputs", [(1, 1), (3, 7), (16, 15), (33, 17), (300, 8)])
def test_fully_connected(depth, outputs, zero_point):
    agree_as_uint8(dense((4, depth), outputs), zero_point)


@pytest.mark.parametrize("real", (2.0, 1.5, 0.5, 0.25, 0.125))
def test_fully_connected_rounds_once(real):
    """All sums that lie in the middle between two outputs: away from zero."""
    inputs = [tensor((256, 1), "uint8", Numbers(1, 128)), tensor((1, 1), "uint8", Numbers(real, 0), [1]), tensor((1,), "int32", Numbers(real), [0])]
    for activation in (NONE, RELU, RELU6):
        graph = one_op("FULLY_CONNECTED", inputs, [tensor((256, 1), "uint8", Numbers(1, 128))], fused_activation_function=activation)
        agree(graph, given=[[ALL.reshape(256, 1)]], oracle=LiteRt)


@pytest.mark.parametrize("scale", (1e-6, 1e-4, 1.0, 1e4, 1e9))
def test_fully_connected_scales(scale):
    agree_as_uint8(dense((3, 20), 9, output_scale=scale))


@given(st.sampled_from(("CONV_2D", "DEPTHWISE_CONV_2D")), st.integers(1, 20), st.integers(1, 20), st.integers(0, 255), st.floats(1e-3, 3),
       st.sampled_from((None, 0.01, 3.0)), st.integers(0, 1000))  # fmt: skip
def test_any_convolution(kind, in_c, out_c, zero_point, scale, output_scale, seed):
    channels = (in_c, out_c) if kind == "CONV_2D" else (in_c, in_c * 2)
    agree_as_uint8(convolution(kind, channels=channels, filter_scale=scale, output_scale=output_scale, per_channel=False, seed=seed), zero_point)


COMPARISONS = ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")


@pytest.mark.parametrize("kind", ("ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM", *COMPARISONS))
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("scales", SCALES)
def test_every_pair(kind, scales, zeros):
    numbers = [Numbers(*each) for each in zip(scales, zeros)]
    if kind in ("MAXIMUM", "MINIMUM"):  # their scales must be one
        numbers = numbers[:1] * 3
    output = "bool" if kind in COMPARISONS else "int8"
    graph = pair(kind, (256, 1), (1, 256), numbers, output, kind in ("ADD", "SUB", "MUL"))
    agree_as_uint8(graph, given=[[ALL.reshape(256, 1), ALL.reshape(1, 256)]])


@given(st.sampled_from(("ADD", "SUB", "MUL")), st.floats(1e-3, 1), st.floats(1e-3, 1), st.floats(0.1, 3), st.sampled_from(CLAMPS))
def test_pairs_of_any_scale(kind, a, b, share, activation):
    """MUL: the reference multiplies the scales in single precision."""
    output = Numbers((a * b * 100 if kind == "MUL" else a + b) * share, 7)
    graph = pair(kind, (256, 1), (1, 256), [Numbers(a, 2), Numbers(b, -5), output], activation=activation)
    agree_as_uint8(graph, given=[[ALL.reshape(256, 1), ALL.reshape(1, 256)]])


@given(st.floats(1e-3, 1), st.floats(1e-3, 1), st.floats(0.01, 3), st.integers(0, 255))
def test_div(a, b, share, zero_point):
    divisors = ALL[ALL != zero_point].reshape(1, -1)
    graph = pair("DIV", (256, 1), divisors.shape, [Numbers(a, 2), Numbers(b, zero_point - 128), Numbers(a / b * share, 7)])
    agree_as_uint8(graph, given=[[ALL.reshape(256, 1), divisors]])


@given(st.floats(1e-3, 1), st.floats(1e-3, 1), st.floats(0.1, 3), st.integers(-128, 127))
def test_prelu(scale, slope, share, zero_point):
    x, slopes = tensor((256, 256), numbers=Numbers(scale, zero_point)), tensor((1, 256), "int8", Numbers(slope, 9), np.arange(-128, 128))
    graph = one_op("PRELU", [x, slopes], [tensor((256, 256), numbers=Numbers(scale * share, 4))])
    agree_as_uint8(graph, given=[[np.repeat(ALL.reshape(256, 1), 256, 1)]])


FUNCTIONS = {"RELU": None, "RELU6": None, "RELU_N1_TO_1": None, "LEAKY_RELU": None, "HARD_SWISH": None, "GELU": None,
             "LOGISTIC": Numbers(1 / 256, -128), "TANH": Numbers(1 / 128, 0)}  # fmt: skip


@pytest.mark.parametrize("kind", FUNCTIONS)
@pytest.mark.parametrize("zeros", [(0, 0), (-128, -128), (127, -5), (-3, 127), (17, -128)])
@pytest.mark.parametrize("scales", [(0.05, 0.05), (0.1, 0.03), (0.003, 0.2), (1.0, 0.01), (0.0117, 0.0301), (1e-5, 1e-4), (40.0, 3.0)])
def test_functions(kind, scales, zeros):
    output = FUNCTIONS[kind] or Numbers(scales[1], zeros[1])
    options = {"alpha": 0.1} if kind == "LEAKY_RELU" else {}
    graph = one_op(kind, [tensor((1, 256), numbers=Numbers(scales[0], zeros[0]))], [tensor((1, 256), numbers=output)], **options)
    agree_as_uint8(graph, given=[[ALL.reshape(1, 256)]])


@given(st.sampled_from(sorted(FUNCTIONS)), st.floats(1e-3, 10), st.floats(0.1, 10), st.integers(-128, 127), st.integers(-128, 127), st.floats(0, 2))
def test_functions_of_any_scale(kind, scale, share, zero_point, output_zero_point, alpha):
    output = FUNCTIONS[kind] or Numbers(scale * share, output_zero_point)
    options = {"alpha": alpha} if kind == "LEAKY_RELU" else {}
    graph = one_op(kind, [tensor((1, 256), numbers=Numbers(scale, zero_point))], [tensor((1, 256), numbers=output)], **options)
    agree_as_uint8(graph, given=[[ALL.reshape(1, 256)]])


@given(st.sampled_from(("MEAN", "SUM")), st.floats(1e-3, 1), st.floats(0.1, 10), st.integers(1, 40), st.integers(-128, 127))
def test_means_of_any_scale(kind, scale, share, count, zero_point):
    output = Numbers(scale * share * (count if kind == "SUM" else 1), 3)
    graph = one_op(kind, [tensor((200, count), numbers=Numbers(scale, zero_point)), indices(1)], [tensor((200,), numbers=output)], keep_dims=False)
    agree_as_uint8(graph)


@pytest.mark.parametrize("kind", ("AVERAGE_POOL_2D", "MAX_POOL_2D"))
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("filter", [(1, 1), (2, 2), (3, 3), (2, 5), (7, 1), (9, 10)])
@pytest.mark.parametrize("numbers", (Numbers(0.05, -128), Numbers(0.05, 3), Numbers(0.1, 127)))
def test_pools(kind, filter, padding, numbers):
    for stride, activation in (((1, 1), NONE), ((2, 2), RELU), ((4, 3), RELU6)):
        agree_as_uint8(pool(kind, (9, 10), 17, filter, stride, padding, activation, 2, numbers))


def test_pools_of_odd_windows_need_no_op_of_their_own():
    assert "AVERAGE_POOL_2D" in records(as_uint8(pool("AVERAGE_POOL_2D", (9, 9), filter=(3, 3), padding=VALID)))
    assert "AVERAGE_POOL_2D_UP" in records(as_uint8(pool("AVERAGE_POOL_2D", (9, 9), filter=(3, 3), padding=SAME)))


@pytest.mark.parametrize("kind", ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"))
@pytest.mark.parametrize("shape, axes", SHAPES)
def test_reductions(kind, shape, axes):
    for keep in (False, True):
        for input, output in ((Numbers(0.05, -3), Numbers(0.03, 10)), (Numbers(0.1, 127), Numbers(0.1, 127)), (Numbers(0.1, -128), Numbers(0.3, 4))):
            gone = {a % len(shape) for a in axes}
            out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
            numbers = input if kind.startswith("REDUCE") else output
            agree_as_uint8(one_op(kind, [tensor(shape, numbers=input), indices(*axes)], [tensor(out, numbers=numbers)], keep_dims=keep))


@pytest.mark.parametrize("kind", ("ARG_MAX", "ARG_MIN"))
@pytest.mark.parametrize("axis", (0, 1))
def test_indices(kind, axis):
    agree_as_uint8(one_op(kind, [tensor((5, 17)), indices(axis)], [tensor(((17,), (5,))[axis], "int32", None)], output_type=2))


@pytest.mark.parametrize("kind, output", [("SOFTMAX", Numbers(1 / 256, -128)), ("LOG_SOFTMAX", Numbers(1 / 16, 127)), ("L2_NORMALIZATION", Numbers(1 / 128, 0))])
@pytest.mark.parametrize("scale", (1e-3, 0.01, 0.05, 0.3, 2.0))
@pytest.mark.parametrize("depth", (1, 3, 7, 17, 100))
def test_rows(kind, output, scale, depth):
    options = {"beta": 1.0} if kind == "SOFTMAX" else {}
    for zero_point in (-128, 0, 127):
        agree_as_uint8(one_op(kind, [tensor((50, depth), numbers=Numbers(scale, zero_point))], [tensor((50, depth), numbers=output)], **options))


@pytest.mark.parametrize("kind", ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"))
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size, out", SIZES)
def test_resizing(kind, size, out, mode):
    options = {"align_corners": False, "half_pixel_centers": False} | mode
    agree_as_uint8(one_op(kind, [tensor((2, *size, 3)), indices(*out)], [tensor((2, *out, 3))], **options))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.tuples(st.integers(1, 20), st.integers(1, 20)), st.sampled_from(MODES))
def test_resizing_any(size, out, mode):
    """Also the darkest pixels, where a sum just below a half is one with the half added."""
    options = {"align_corners": False, "half_pixel_centers": False} | mode
    graph = one_op("RESIZE_BILINEAR", [tensor((1, *size, 3)), indices(*out)], [tensor((1, *out, 3))], **options)
    dark = np.random.default_rng(0).integers(0, 2, (1, *size, 3)).astype(np.uint8)
    agree_as_uint8(graph)
    agree_as_uint8(graph, given=[[dark]])


@given(st.lists(st.builds(Numbers, st.floats(1e-3, 1), st.integers(-128, 127)), min_size=3, max_size=3), st.booleans())
def test_concatenation_rescales(numbers, alike):
    a, b, output = numbers[0], numbers[2] if alike else numbers[1], numbers[2]
    graph = one_op("CONCATENATION", [tensor((1, 256), numbers=a), tensor((1, 256), numbers=b)], [tensor((1, 512), numbers=output)], axis=1)
    agree_as_uint8(graph, given=[[ALL.reshape(1, 256)] * 2])


@pytest.mark.parametrize("other", (Numbers(0.05, 3), Numbers(0.011, -40)))
def test_quantize(other):
    x = tensor((1, 256), "uint8", Numbers(0.03, 117))
    agree(one_op("QUANTIZE", [x], [tensor((1, 256), numbers=other)]), given=[[ALL.reshape(1, 256)]], oracle=LiteRt)
    agree(one_op("QUANTIZE", [tensor((1, 256), numbers=other)], [x]), oracle=LiteRt)
    agree(one_op("DEQUANTIZE", [x], [tensor((1, 256), "float32")]), oracle=LiteRt)


def test_a_whole_graph():
    """Inputs and outputs stay uint8; what moves bytes between ops that count becomes int8 with them, the padding goes into the convolution."""
    numbers = Numbers(0.05, 117)

    def t(*shape):
        return tensor(shape, "uint8", numbers)

    x, padded, turned, y, real = t(1, 6, 6, 3), t(1, 8, 7, 3), t(1, 3, 8, 7), t(1, 6, 5, 4), tensor((1, 6, 5, 4), "float32")
    conv = as_uint8(convolution(size=(8, 7), channels=(3, 4), padding=VALID, per_channel=False)).ops[0]
    ops = [
        Op("PAD", [x, tensor((4, 2), "int32", None, [[0, 0], [1, 1], [0, 1], [0, 0]])], [padded]),
        Op("CONV_2D", [padded, *conv.inputs[1:]], [y], conv.options),
        Op("TRANSPOSE", [padded, indices(0, 3, 1, 2)], [turned]),
        Op("DEQUANTIZE", [y], [real]),
    ]
    graph = chain(ops, [real, y, turned])
    agree(graph, oracle=LiteRt)
    assert [t.dtype for t in graph.inputs + graph.outputs] == ["uint8", "float32", "uint8", "uint8"]


def test_bytes_that_nobody_counts_with_stay_uint8():
    """No convolution, no conversion."""
    x = tensor((2, 3), "uint8", Numbers(0.05, 117))
    assert records(one_op("TRANSPOSE", [x, indices(1, 0)], [tensor((3, 2), "uint8", Numbers(0.05, 117))])) == ["COPY"]
