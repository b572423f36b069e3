"""Depthwise ops of one channel, and pictures of one column."""

import pytest
from harness import CLAMPS, NONE, SAME, VALID, Numbers, agree, chain, tensor
from mite_tools.graph import Op
from mite_tools.passes import columns, depthwise, padding, single_pixel, strides
from test_padding import before
from weighted import convolution


@pytest.mark.parametrize("multiplier", (1, 2, 8, 17))
@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("per_channel", (True, False))
def test_one_channel(multiplier, activation, per_channel):
    for kernel, stride, dilation, own in (((3, 3), (1, 1), (1, 1), SAME), ((10, 8), (2, 2), (1, 1), SAME), ((2, 3), (1, 3), (2, 1), VALID)):
        graph = convolution("DEPTHWISE_CONV_2D", (21, 20), (1, multiplier), kernel, stride, dilation, own, activation, batches=2,
                            per_channel=per_channel, input=Numbers(0.05, -9))  # fmt: skip
        agree(graph)
        assert depthwise.run(graph) and graph.ops[0].kind == "CONV_2D"
        assert depthwise.run(graph) == ""


def test_more_channels_stay_depthwise():
    assert depthwise.run(convolution("DEPTHWISE_CONV_2D", channels=(2, 4))) == ""


@pytest.mark.parametrize("own", (SAME, VALID))
@pytest.mark.parametrize(("kind", "channels"), [("CONV_2D", (5, 7)), ("CONV_2D", (8, 4)), ("DEPTHWISE_CONV_2D", (5, 5)), ("DEPTHWISE_CONV_2D", (4, 8))])
def test_column(kind, channels, own):
    for height, kernel, stride, dilation in ((30, 3, 1, 1), (24, 10, 1, 1), (15, 15, 1, 1), (31, 4, 2, 1), (20, 3, 1, 3), (20, 1, 3, 1)):
        graph = convolution(kind, (height, 1), channels, (kernel, 1), (stride, 2), (dilation, 1), own, batches=2, input=Numbers(0.05, 11))
        agree(graph)
        assert columns.run(graph) and graph.ops[0].inputs[0].shape[1:3] == (1, height)
        assert columns.run(graph) == ""


def test_padded_column():
    """Padding that came from a PAD turns with the picture."""
    graph = before(convolution("CONV_2D", (20, 1), (3, 4), (5, 1), padding=VALID), [(0, 0), (3, 1), (0, 0), (0, 0)])
    agree(graph)
    assert padding.run(graph) and columns.run(graph) and graph.ops[0].options["pads"] == (0, 3)


@pytest.mark.parametrize("kind", ("AVERAGE_POOL_2D", "MAX_POOL_2D"))
def test_pooled_column(kind):
    options = {"padding": SAME, "stride_h": 2, "stride_w": 1, "filter_height": 4, "filter_width": 1, "fused_activation_function": NONE}
    graph = chain([Op(kind, [tensor((2, 11, 1, 3))], [tensor((2, 6, 1, 3))], options)], [])
    graph.outputs = graph.ops[0].outputs
    agree(graph)
    assert columns.run(graph)


def test_chain_of_columns():
    """Rows between, columns outside: inputs and outputs keep their shapes."""
    first = convolution("CONV_2D", (16, 1), (4, 6), (3, 1))
    second = convolution("DEPTHWISE_CONV_2D", (16, 1), (6, 6), (5, 1), input=Numbers(first.outputs[0].scale, first.outputs[0].zero_point))
    second.ops[0].inputs[0] = first.outputs[0]
    for t in second.ops[0].inputs[1:] + second.ops[0].outputs:
        t.name = ""
    agree(chain([*first.ops, *second.ops], [*second.outputs, *first.outputs]))


def test_a_column_under_a_wide_kernel_stays():
    assert columns.run(convolution("CONV_2D", (16, 1), (4, 6), (3, 3))) == ""


def test_a_stride_that_is_never_taken():
    for size, kernel, channels in (((15, 1), (15, 1), (6, 6)), ((1, 9), (1, 9), (4, 4)), ((5, 4), (5, 4), (8, 8)), ((3, 3), (3, 3), (2, 4))):
        graph = convolution("DEPTHWISE_CONV_2D", size, channels, kernel, padding=VALID, batches=2)
        agree(graph)
        assert strides.run(graph) and strides.run(graph) == ""
    graph = convolution("DEPTHWISE_CONV_2D", (5, 1), (3, 3), (3, 4), padding=SAME)
    agree(graph)
    assert strides.run(graph)


@pytest.mark.parametrize("per_channel", (True, False))
@pytest.mark.parametrize("activation", CLAMPS)
def test_single_pixel(activation, per_channel):
    cases = (((1, 1), (13, 9), (3, 2), SAME), ((1, 1), (8, 8), (1, 1), VALID), ((3, 4), (5, 6), (1, 1), VALID), ((7, 1), (4, 33), (1, 5), VALID))
    for size, channels, dilation, own in cases:
        graph = convolution("CONV_2D", size, channels, size, dilation=dilation, padding=own, activation=activation, batches=3,
                            per_channel=per_channel, input=Numbers(0.05, 9))  # fmt: skip
        agree(graph)
        assert single_pixel.run(graph) and graph.ops[0].kind == "FULLY_CONNECTED"


def test_more_than_a_pixel_stays():
    for graph in (convolution("CONV_2D", (1, 2), (3, 4), (1, 1)), convolution("CONV_2D", (1, 1), (4, 4), (1, 1), groups=2),
                  convolution("CONV_2D", (3, 3), (3, 4), (3, 3)), convolution("CONV_2D", (4, 4), (3, 4), (3, 3), stride=(4, 4))):  # fmt: skip
        assert single_pixel.run(graph) == ""
