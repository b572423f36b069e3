"""FULLY_CONNECTED, int8 and int16."""

import numpy as np
import pytest
from harness import AWKWARD, CLAMPS, NONE, LiteRt, Numbers, agree, chain, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.graph import Op
from mite_tools.ops.weights import paired_rows
from reals import near, numbers, real
from sixteen import widened
from weighted import dense


@pytest.mark.parametrize("outputs", (1, 3, 8, 17))
@pytest.mark.parametrize("depth", (*AWKWARD, 300))
@pytest.mark.parametrize("per_channel", (False, True))
def test_sizes(depth, outputs, per_channel):
    agree(dense((1, depth), outputs, per_channel=per_channel))


@pytest.mark.parametrize("rows", (1, 2, 3, 4, 7))
@pytest.mark.parametrize("depth", (1, 4, 6, 9))
def test_rows_lie_in_pairs(rows, depth):
    weights = np.random.default_rng(rows * depth).integers(-128, 128, (rows, depth), "i1")
    padded = np.pad(weights, ((0, 0), (0, -depth % 4))).tolist()
    wanted = []
    for a, b in zip(padded[0::2], padded[1::2]):
        for k in range(0, len(a), 4):
            for tap in (k, k + 2, k + 1, k + 3):
                wanted += [a[tap] + 128, b[tap] & 255]
    if rows % 2:
        wanted += [weight & 255 for weight in padded[-1]]
    assert list(paired_rows(weights).data) == wanted


@pytest.mark.parametrize("depth", (507, 508, 511, 1030))
def test_longest_sums_of_the_largest_weights(depth):
    """Kernels take their sums apart before 24 bits are full."""
    graph = dense((1, depth), 6)
    graph.ops[0].inputs[1].data[:] = np.array([-128, 127, 127, -128, -128, 127], "i1")[:, None]
    agree(graph)


@pytest.mark.parametrize("bias", (False, True))
@pytest.mark.parametrize("batches", (1, 2, 3, 8))
def test_batches_and_bias(batches, bias):
    agree(dense((batches, 33), 5, bias=bias))


@pytest.mark.parametrize("shape", [(16,), (2, 3, 7), (1, 1, 16), (2, 1, 3, 15)])
@pytest.mark.parametrize("keep_dims", (False, True))
def test_ranks(shape, keep_dims):
    agree(dense(shape, 6, keep_dims=keep_dims))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("zero_point", (-128, -3, 0, 127))
def test_activation(activation, zero_point):
    agree(dense(activation=activation, output_zero_point=zero_point, output_scale=0.05))


@pytest.mark.parametrize("output_zero_point", (-128, 0, 127))
@pytest.mark.parametrize("zero_point", (-128, 0, 127))
def test_zero_points(zero_point, output_zero_point):
    agree(dense(input=Numbers(0.05, zero_point), output_zero_point=output_zero_point))


@pytest.mark.parametrize("per_channel", (False, True))
@pytest.mark.parametrize("output_scale", (1e-9, 1e-7, 1e-6, 1e-4, 0.0078125, 1.0, 37.5, 1e4, 1e9))
def test_scales(output_scale, per_channel):
    """Multipliers above one and far below: shifts to both sides."""
    agree(dense((2, 16), output_scale=output_scale, per_channel=per_channel))


@pytest.mark.parametrize("bias_reach", (1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 29, (1 << 30) - (1 << 20)))
@pytest.mark.parametrize("output_scale", (0.05, 20.0, 1e4))
@pytest.mark.parametrize("dead", (False, True))
def test_biases(bias_reach, output_scale, dead):
    """Far larger than the sums; each channel its own, also where all weights are zero."""
    for per_channel in (False, True):
        agree(dense((2, 16), 33, per_channel=per_channel, bias_reach=bias_reach, output_scale=output_scale, dead=dead))


@pytest.mark.parametrize("filter_scale", (0.010036, 0.010172, 0.010295))
def test_product_of_scales(filter_scale):
    """Sums so near to a tie that a product of the scales in single precision gives another byte."""
    agree(dense((200, 40), 50, filter_scale=filter_scale, output_scale=0.1203))


@given(
    shape=st.lists(st.integers(1, 5), min_size=0, max_size=2), depth=st.integers(1, 80), outputs=st.integers(1, 20),
    activation=st.sampled_from(CLAMPS), per_channel=st.booleans(), bias=st.booleans(), keep_dims=st.booleans(),
    zero_points=st.tuples(st.integers(-128, 127), st.integers(-128, 127)), filter_scale=st.floats(1e-5, 10),
    output_scale=st.none() | st.floats(1e-3, 10), seed=st.integers(0, 1000),
)  # fmt: skip
def test_any(shape, depth, zero_points, **rest):
    agree(dense((*shape, depth), input=Numbers(0.05, zero_points[0]), output_zero_point=zero_points[1], **rest))


@pytest.mark.parametrize("bias", (None, "int32", "int64"))
@pytest.mark.parametrize("depth", (1, 3, 7, 8, 15, 16, 17, 33, 255, 256, 257, 1000))
def test_int16(depth, bias):
    agree(widened(dense((3, depth), outputs=5), bias, 300))


@pytest.mark.parametrize("bias", (None, "int32", "int64"))
@pytest.mark.parametrize("activation", CLAMPS)
def test_int16_activation(activation, bias):
    agree(widened(dense((2, 3, 8), keep_dims=True, activation=activation), bias))


@pytest.mark.parametrize("bias", ("int32", "int64"))
@pytest.mark.parametrize("output_scale", (1e-4, 1e-2, 10.0))
def test_int16_scales(output_scale, bias):
    agree(widened(dense((2, 16), output_scale=output_scale, per_channel=True), bias, 1000))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("bias", (False, True))
@pytest.mark.parametrize("rows, depth, outputs", [(1, 1, 1), (1, 16, 8), (3, 7, 33), (2, 33, 1), (5, 15, 17)])
def test_floats(rows, depth, outputs, bias, activation):
    """To the last bit: the sums go in the reference's order."""
    inputs = [real((rows, depth)), real((outputs, depth), numbers((outputs, depth)))] + [real((outputs,), numbers(outputs, 2))] * bias
    near(one_op("FULLY_CONNECTED", inputs, [real((rows, outputs))], fused_activation_function=activation))


def test_floats_of_weights_that_are_computed():
    given = [[numbers((3, 7)), numbers((5, 7), 1)]]
    near(one_op("FULLY_CONNECTED", [real((3, 7)), real((5, 7)), None], [real((3, 5))], fused_activation_function=0), given=given)


def test_floats_of_weights_in_half_precision():
    """As files of float16 weights have them: behind a DEQUANTIZE, which the host computes."""
    half, weights = tensor((5, 7), "float16", None, numbers((5, 7))), real((5, 7))
    x, y = real((3, 7)), real((3, 5))
    near(chain([Op("DEQUANTIZE", [half], [weights]), Op("FULLY_CONNECTED", [x, weights, None], [y], {"fused_activation_function": NONE})], [y]),
         given=[[numbers((3, 7), 4)]], oracle=LiteRt)  # fmt: skip
