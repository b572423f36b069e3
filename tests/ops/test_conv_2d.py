"""CONV_2D, int8 and int16."""

import pytest
from harness import AWKWARD, CLAMPS, SAME, VALID, Numbers, agree
from hypothesis import given
from hypothesis import strategies as st
from reals import near
from sixteen import widened
from weighted import convolution, float_convolution


@pytest.mark.parametrize("out_c", AWKWARD)
@pytest.mark.parametrize("in_c", AWKWARD)
def test_channels(in_c, out_c):
    agree(convolution(size=(5, 4), channels=(in_c, out_c), per_channel=(in_c + out_c) % 2 == 0))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel", [(1, 1), (2, 2), (3, 3), (4, 5), (5, 4), (6, 6), (7, 7), (1, 7), (7, 1), (10, 4)])
def test_kernel(kernel, padding):
    agree(convolution(size=(11, 10), channels=(3, 5), kernel=kernel, padding=padding))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("stride", [(1, 2), (2, 1), (2, 2), (3, 3), (4, 5)])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
def test_stride(kernel, stride, padding):
    agree(convolution(size=(9, 10), channels=(3, 4), kernel=kernel, stride=stride, padding=padding))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("dilation", [(1, 2), (2, 1), (2, 2), (3, 4)])
def test_dilation(dilation, padding):
    agree(convolution(size=(12, 11), channels=(3, 4), dilation=dilation, padding=padding))
    agree(convolution(size=(12, 11), channels=(3, 4), dilation=dilation, padding=padding, stride=(2, 3)))


@pytest.mark.parametrize("channels, groups", [((8, 8), 2), ((8, 8), 8), ((6, 9), 3), ((16, 4), 4), ((15, 30), 5)])
def test_groups(channels, groups):
    agree(convolution(channels=channels, groups=groups))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("zero_point", (-128, -3, 0, 127))
def test_activation(activation, zero_point):
    agree(convolution(activation=activation, output_zero_point=zero_point, output_scale=0.05))


@pytest.mark.parametrize("output_zero_point", (-128, 0, 127))
@pytest.mark.parametrize("zero_point", (-128, 0, 127))
def test_zero_points(zero_point, output_zero_point):
    agree(convolution(input=Numbers(0.05, zero_point), output_zero_point=output_zero_point, padding=SAME))


@pytest.mark.parametrize("per_channel", (False, True))
@pytest.mark.parametrize("output_scale", (1e-9, 1e-7, 1e-6, 1e-4, 0.0078125, 1.0, 37.5, 1e4, 1e9))
def test_scales(output_scale, per_channel):
    """Multipliers above one and far below: shifts to both sides."""
    agree(convolution(output_scale=output_scale, per_channel=per_channel))


@pytest.mark.parametrize("filter_scale", (1e-12, 1e-6, 1.0, 1e4))
def test_filter_scales(filter_scale):
    agree(convolution(filter_scale=filter_scale))


@pytest.mark.parametrize("bias_reach", (1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 29, (1 << 30) - (1 << 20)))
@pytest.mark.parametrize("output_scale", (0.05, 20.0, 1e4))
@pytest.mark.parametrize("dead", (False, True))
def test_biases(bias_reach, output_scale, dead):
    """Far larger than the sums; each channel its own, also where all weights are zero."""
    for per_channel in (False, True):
        agree(convolution(channels=(8, 33), per_channel=per_channel, bias_reach=bias_reach, output_scale=output_scale, dead=dead))


@pytest.mark.parametrize("batches", (1, 2, 3))
@pytest.mark.parametrize("bias", (False, True))
def test_batches_and_bias(batches, bias):
    agree(convolution(batches=batches, bias=bias))


def test_one_pixel():
    agree(convolution(size=(1, 1), channels=(17, 7), kernel=(3, 3)))


pair = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(
    size=st.tuples(st.integers(1, 14), st.integers(1, 14)), groups=st.integers(1, 3), in_c=st.integers(1, 12), out_c=st.integers(1, 12),
    kernel=st.tuples(st.integers(1, 7), st.integers(1, 7)), stride=pair, dilation=pair, padding=st.sampled_from((SAME, VALID)),
    activation=st.sampled_from(CLAMPS), batches=st.integers(1, 3), per_channel=st.booleans(), bias=st.booleans(),
    zero_points=st.tuples(st.integers(-128, 127), st.integers(-128, 127)), filter_scale=st.sampled_from((1e-4, 0.01, 3.0)),
    output_scale=st.sampled_from((None, 1e-3, 0.02, 4.0)), seed=st.integers(0, 1000),
)  # fmt: skip
def test_any(size, groups, in_c, out_c, kernel, stride, dilation, padding, zero_points, **rest):
    if padding == VALID:  # at least one window
        size = tuple(max(n, (k - 1) * d + 1) for n, k, d in zip(size, kernel, dilation))
    agree(
        convolution(
            size=size, groups=groups, channels=(in_c * groups, out_c * groups), kernel=kernel, stride=stride, dilation=dilation,
            padding=padding, input=Numbers(0.05, zero_points[0]), output_zero_point=zero_points[1], **rest,
        )
    )  # fmt: skip


BIASES = pytest.mark.parametrize("bias", (None, "int32", "int64"))


@BIASES
@pytest.mark.parametrize("channels", [(1, 1), (3, 7), (8, 8), (16, 17), (33, 15)])
def test_int16_channels(channels, bias):
    agree(widened(convolution(channels=channels, batches=2), bias, 300))


@BIASES
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel, stride, dilation", [((1, 1), (1, 1), (1, 1)), ((3, 3), (2, 1), (1, 1)), ((5, 2), (1, 3), (1, 2)), ((3, 3), (1, 1), (3, 2))])
def test_int16_windows(kernel, stride, dilation, padding, bias):
    agree(widened(convolution(size=(9, 10), channels=(4, 5), kernel=kernel, stride=stride, dilation=dilation, padding=padding), bias, 300))


@BIASES
@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("per_channel", (False, True))
def test_int16_activation(activation, per_channel, bias):
    agree(widened(convolution(activation=activation, per_channel=per_channel), bias))


@BIASES
@pytest.mark.parametrize("groups", (2, 4))
def test_int16_groups(groups, bias):
    agree(widened(convolution(groups=groups), bias))


@BIASES
@pytest.mark.parametrize("filter_scale, output_scale", [(1e-6, 0.5), (1e-4, 1e-3), (0.01, 1e-3), (3.0, 1.0), (0.02, 5e-4)])
def test_int16_scales(filter_scale, output_scale, bias):
    agree(widened(convolution(filter_scale=filter_scale, output_scale=output_scale), bias))


def test_int16_many_taps():
    """Sums that do not fit 32 bits: wrapped around with int32 biases, exact with int64 ones."""
    for bias in ("int32", "int64"):
        agree(widened(convolution(size=(5, 5), channels=(120, 2), kernel=(5, 5), output_scale=50.0), bias, 1 << 16))


@given(
    size=st.tuples(st.integers(1, 10), st.integers(1, 10)), groups=st.integers(1, 3), in_c=st.integers(1, 6), out_c=st.integers(1, 6),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)), stride=pair, dilation=pair, activation=st.sampled_from(CLAMPS),
    batches=st.integers(1, 2), per_channel=st.booleans(), output_scale=st.sampled_from((None, 1e-3, 0.02, 4.0)), seed=st.integers(0, 1000),
    bias=st.sampled_from((None, "int32", "int64")),
)  # fmt: skip
def test_int16_any(groups, in_c, out_c, bias, **rest):
    agree(widened(convolution(groups=groups, channels=(in_c * groups, out_c * groups), **rest), bias, 1000))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("case", [
    {}, {"kernel": (1, 1)}, {"kernel": (4, 5), "stride": (2, 3)}, {"dilation": (2, 3)}, {"kernel": (7, 1), "batches": 2}, {"bias": False},
    {"channels": (1, 17)}, {"channels": (33, 7)}, {"size": (1, 1), "kernel": (1, 1)}, {"activation": 1}, {"activation": 2}, {"activation": 3}, {"channels": (8, 12), "groups": 4},
])  # fmt: skip
def test_floats(case, padding):
    """To the last bit: the sums go in the reference's order."""
    near(float_convolution("CONV_2D", padding=padding, **case))
