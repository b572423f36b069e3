"""The tests that both pooling ops share."""

import pytest
from harness import CLAMPS, NONE, SAME, VALID, Numbers, agree, one_op, tensor
from hypothesis import strategies as st
from reals import near
from weighted import window

CHANNELS = pytest.mark.parametrize("channels", (1, 3, 8, 17, 33))
FILTERS = pytest.mark.parametrize("filter", [(1, 1), (2, 2), (3, 3), (2, 5), (7, 1), (9, 10)])
STRIDES = pytest.mark.parametrize("stride", [(1, 1), (2, 2), (1, 3), (4, 2)])
PADDINGS = pytest.mark.parametrize("padding", (SAME, VALID))
ACTIVATIONS = pytest.mark.parametrize("activation", CLAMPS)
NUMBERS = pytest.mark.parametrize("numbers", [Numbers(s, z) for s in (1e-4, 0.05, 7.0) for z in (-128, 0, 127)])


def pool(
    kind, size=(9, 10), channels=4, filter=(2, 2), stride=(2, 2), padding=SAME, activation=NONE, batches=1,
    numbers=Numbers(0.05, -3), output=None, dtype="int8",
):  # fmt: skip
    """A graph with one pooling op. output: None for the input's numbers."""
    out = [window(n, k, s, 1, padding) for n, k, s in zip(size, filter, stride)]
    x, y = tensor((batches, *size, channels), dtype, numbers), tensor((batches, *out, channels), dtype, output or numbers)
    return one_op(
        kind, [x], [y], padding=padding, filter_height=filter[0], filter_width=filter[1], stride_h=stride[0], stride_w=stride[1],
        fused_activation_function=activation,
    )  # fmt: skip


pair = st.tuples(st.integers(1, 8), st.integers(1, 8))
ANY = {
    "size": st.tuples(st.integers(1, 12), st.integers(1, 12)), "channels": st.integers(1, 20), "filter": pair, "stride": pair,
    "padding": st.sampled_from((SAME, VALID)), "activation": st.sampled_from(CLAMPS), "batches": st.integers(1, 3),
    "numbers": st.builds(Numbers, st.floats(1e-3, 10), st.integers(-128, 127)),
}  # fmt: skip


def agree_on_any(kind, size, filter, padding, **rest):
    if padding == VALID:  # at least one window
        size = tuple(map(max, size, filter))
    agree(pool(kind, size=size, filter=filter, padding=padding, **rest))


def float_pool(kind, filter, stride, padding, activation, channels, batches, size=(9, 10)):
    """A graph with one pooling op of float32 numbers."""
    out = [window(n, k, s, 1, padding) for n, k, s in zip(size, filter, stride)]
    return one_op(
        kind, [tensor((batches, *size, channels), "float32")], [tensor((batches, *out, channels), "float32")], padding=padding,
        filter_height=filter[0], filter_width=filter[1], stride_h=stride[0], stride_w=stride[1], fused_activation_function=activation,
    )  # fmt: skip


class Pooling:
    """What a pooling op must do. KIND: which."""

    KIND = ""

    @CHANNELS
    def test_channels(self, channels):
        agree(pool(self.KIND, channels=channels, batches=2))

    @FILTERS
    @STRIDES
    @PADDINGS
    def test_windows(self, filter, stride, padding):
        agree(pool(self.KIND, size=(10, 11), filter=filter, stride=stride, padding=padding))

    @ACTIVATIONS
    @NUMBERS
    def test_activation(self, activation, numbers):
        agree(pool(self.KIND, activation=activation, numbers=numbers))

    def test_scales_that_hardly_differ(self):
        agree(pool(self.KIND, numbers=Numbers(0.05, 3), output=Numbers(0.0500005, 3)))

    @FILTERS
    @STRIDES
    @PADDINGS
    def test_int16(self, filter, stride, padding):
        agree(pool(self.KIND, size=(10, 11), filter=filter, stride=stride, padding=padding, channels=3, dtype="int16", numbers=Numbers(1e-4)))

    @CHANNELS
    def test_int16_channels(self, channels):
        agree(pool(self.KIND, channels=channels, batches=2, dtype="int16", numbers=Numbers(1e-4)))

    @ACTIVATIONS
    def test_int16_activation(self, activation):
        agree(pool(self.KIND, activation=activation, dtype="int16", numbers=Numbers(1e-3)))

    @pytest.mark.parametrize("activation", CLAMPS)
    @pytest.mark.parametrize("padding", (SAME, VALID))
    @pytest.mark.parametrize("filter, stride", [((1, 1), (1, 1)), ((2, 2), (2, 2)), ((3, 3), (1, 1)), ((2, 5), (1, 3)), ((7, 1), (4, 2)), ((9, 10), (1, 1))])
    def test_floats(self, filter, stride, padding, activation):
        for channels, batches in ((1, 1), (3, 2), (17, 1)):
            near(float_pool(self.KIND, filter, stride, padding, activation, channels, batches))
