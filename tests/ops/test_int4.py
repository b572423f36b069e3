"""Weights of four bits: the same bytes as TFLite Micro's, and half of the image."""

import numpy as np
import pytest
from harness import AWKWARD, CLAMPS, SAME, VALID, Numbers, agree
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.compile import compile_graph
from mite_tools.graph import Graph
from mite_tools.tflite.int4 import pack_int4, unpack_int4
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from weighted import convolution, dense


def in_four_bits(graph: Graph) -> Graph:
    """The graph with its filter's numbers brought to -8 to 7."""
    filter = graph.ops[0].inputs[1]
    filter.dtype, filter.data = "int4", (filter.data.astype(np.int8) >> 4)
    return graph


def agree_in_four_bits(graph: Graph) -> None:
    agree(in_four_bits(graph))


@pytest.mark.parametrize("count", (0, 1, 2, 7, 256))
def test_packing(count):
    numbers = np.random.default_rng(count).integers(-8, 8, count).astype(np.int8)
    assert len(pack_int4(numbers)) == (count + 1) // 2 and (unpack_int4(pack_int4(numbers), count) == numbers).all()
    assert pack_int4(np.int8([1, -2])) == b"\xe1"


def test_a_file_keeps_them():
    graph = in_four_bits(convolution(channels=(3, 5)))
    again = parse(write(graph)).ops[0].inputs[1]
    assert again.dtype == "int4" and (again.data == graph.ops[0].inputs[1].data).all() and again.bytes == (3 * 3 * 3 * 5 + 1) // 2


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("per_channel", (False, True))
@pytest.mark.parametrize("out_c", AWKWARD)
@pytest.mark.parametrize("in_c", (1, 3, 8, 17))
def test_channels(kind, in_c, out_c, per_channel):
    channels = (in_c, out_c) if kind == "CONV_2D" else (out_c, out_c)
    agree_in_four_bits(convolution(kind, (5, 4), channels, per_channel=per_channel, filter_scale=0.1))


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("stride, dilation", [((1, 1), (1, 1)), ((2, 1), (1, 1)), ((2, 3), (1, 1)), ((1, 1), (2, 3))])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5), (5, 1)])
def test_windows(kind, kernel, stride, dilation, padding):
    agree_in_four_bits(convolution(kind, (11, 16), (3, 3), kernel, stride, dilation, padding, batches=2, filter_scale=0.1))


@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("output_scale", (1e-6, 0.05, 2.0, 1e4))
@pytest.mark.parametrize("zero_point", (-128, 0, 127))
def test_activations_and_scales(kind, activation, output_scale, zero_point):
    numbers = Numbers(0.05, zero_point)
    agree_in_four_bits(convolution(kind, activation=activation, output_scale=output_scale, input=numbers, output_zero_point=zero_point))


def test_multipliers_of_depth():
    agree_in_four_bits(convolution("DEPTHWISE_CONV_2D", channels=(3, 9), filter_scale=0.1))


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (2, 16), (1, 33), (4, 300)])
@pytest.mark.parametrize("outputs", (1, 3, 8, 17))
@pytest.mark.parametrize("bias", (False, True))
def test_fully_connected(shape, outputs, bias):
    agree_in_four_bits(dense(shape, outputs, bias=bias, filter_scale=0.1))


@given(st.sampled_from(("CONV_2D", "DEPTHWISE_CONV_2D")), st.integers(1, 20), st.integers(1, 40), st.booleans(), st.sampled_from((None, 0.01, 3.0)),
       st.integers(0, 1000))  # fmt: skip
def test_any(kind, in_c, out_c, per_channel, output_scale, seed):
    channels = (in_c, out_c) if kind == "CONV_2D" else (in_c, in_c)
    agree_in_four_bits(convolution(kind, channels=channels, per_channel=per_channel, output_scale=output_scale, filter_scale=0.1, seed=seed))


def test_an_image_is_half_as_large():
    plain = compile_graph(convolution(channels=(64, 64))).image
    assert len(compile_graph(in_four_bits(convolution(channels=(64, 64)))).image) < 0.52 * len(plain)
