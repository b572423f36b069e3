"""CONV_2D_WINOGRAD: made for processors that gain by it, with the same bytes as TFLite Micro's CONV_2D everywhere."""

import mite
import numpy as np
import pytest
from harness import CLAMPS, SAME, VALID, Mite, Numbers, agree, note
from mite_tools.compile import compile_graph
from mite_tools.ops.winograd import FASTER_ON, transformed
from mite_tools.tflite.read import parse
from weighted import convolution


class Fast(Mite):
    """The image for a processor that the convolution is faster on."""

    def __init__(self, model: bytes):
        note(parse(model), model)
        compiled = compile_graph(parse(model), speed=True, processor=FASTER_ON[0])
        assert [record.op.op for record in compiled.program.records] == ["CONV_2D_WINOGRAD"]
        self.model = mite.Model(compiled.image)


def agree_fast(graph) -> None:
    agree(graph, ours=Fast)


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("size", [(3, 4), (4, 7), (5, 11), (8, 8), (9, 17), (16, 33)])
def test_pictures(size, padding):
    agree_fast(convolution(size=size, channels=(32, 6), padding=padding, input=Numbers(0.05, -128)))


@pytest.mark.parametrize("size", [(1, 9), (2, 2), (9, 1)])
def test_small_pictures(size):
    agree_fast(convolution(size=size, channels=(32, 2)))


@pytest.mark.parametrize("channels", [(32, 34), (36, 2), (44, 16), (64, 6), (128, 2)])
def test_channels(channels):
    agree_fast(convolution(size=(6, 9), channels=channels))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("zero_point", (-128, -3, 127))
@pytest.mark.parametrize("output_scale", (1e-2, 0.05, 37.5))
def test_outputs(activation, zero_point, output_scale):
    agree_fast(convolution(channels=(32, 8), activation=activation, output_zero_point=zero_point, output_scale=output_scale))


@pytest.mark.parametrize("extreme", (-128, 127))
def test_extreme_weights(extreme):
    graph = convolution(channels=(64, 4), input=Numbers(0.05, 127))
    graph.ops[0].inputs[1].data[:] = extreme
    agree_fast(graph)


def test_transformed_weights_of_one_tap():
    """2G holds 2 or 1 for a corner: the four corners of U are four times the corners' weights."""
    filter = np.zeros((2, 3, 3, 8), np.int8)
    filter[1, 0, 0, 3] = -128
    u = transformed(filter)
    assert u.shape == (1, 16, 2, 2, 2, 2) and u.dtype == np.int16
    # output 1; input 3 is in the first four, odd, and of the upper two
    found = u[0, :, 0, 1, 1, 1].reshape(4, 4)
    assert (found == np.outer([2, 1, 1, 0], [2, 1, 1, 0]) * -128).all()
    assert np.count_nonzero(u) == 9


@pytest.mark.parametrize("change", [
    {"batches": 2}, {"channels": (34, 8)}, {"channels": (32, 7)}, {"channels": (28, 8)}, {"kernel": (3, 1)}, {"kernel": (5, 5)}, {"stride": (2, 2)}, {"dilation": (2, 2)},
    {"channels": (64, 8), "groups": 2}, {"output_scale": 1e-9},
])  # fmt: skip
def test_others_are_computed_as_ever(change):
    graph = convolution(**{"size": (9, 9), "channels": (32, 8)} | change)
    compiled = compile_graph(graph, speed=True, processor=FASTER_ON[0])
    assert [record.op.op for record in compiled.program.records] == ["CONV_2D"]


@pytest.mark.parametrize("processor", (None, "cortex-m55", "cortex-m3", "xtensa"))
def test_processors_that_do_not_gain(processor):
    compiled = compile_graph(convolution(channels=(32, 16)), speed=True, processor=processor)
    assert [record.op.op for record in compiled.program.records] == ["CONV_2D"]
