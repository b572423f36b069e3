"""AVERAGE_POOL_2D, int8 and int16."""

import pooling
import pytest
from harness import CLAMPS, SAME, VALID, Numbers, agree
from hypothesis import given
from pooling import ACTIVATIONS, CHANNELS, FILTERS, NUMBERS, PADDINGS, STRIDES, float_pool, pool
from reals import near

KIND = "AVERAGE_POOL_2D"


@CHANNELS
def test_channels(channels):
    agree(pool(KIND, channels=channels, batches=2))


@FILTERS
@STRIDES
@PADDINGS
def test_windows(filter, stride, padding):
    agree(pool(KIND, size=(10, 11), filter=filter, stride=stride, padding=padding))


@ACTIVATIONS
@NUMBERS
def test_activation(activation, numbers):
    agree(pool(KIND, activation=activation, numbers=numbers))


def test_scales_that_hardly_differ():
    agree(pool(KIND, numbers=Numbers(0.05, 3), output=Numbers(0.0500005, 3)))


@given(**pooling.ANY)
def test_any(**case):
    pooling.agree_on_any(KIND, **case)


@FILTERS
@STRIDES
@PADDINGS
def test_int16(filter, stride, padding):
    agree(pool(KIND, size=(10, 11), filter=filter, stride=stride, padding=padding, channels=3, dtype="int16", numbers=Numbers(1e-4)))


@CHANNELS
def test_int16_channels(channels):
    agree(pool(KIND, channels=channels, batches=2, dtype="int16", numbers=Numbers(1e-4)))


@ACTIVATIONS
def test_int16_activation(activation):
    agree(pool(KIND, activation=activation, dtype="int16", numbers=Numbers(1e-3)))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("filter, stride", [((1, 1), (1, 1)), ((2, 2), (2, 2)), ((3, 3), (1, 1)), ((2, 5), (1, 3)), ((7, 1), (4, 2)), ((9, 10), (1, 1))])
def test_floats(filter, stride, padding, activation):
    for channels, batches in ((1, 1), (3, 2), (17, 1)):
        near(float_pool("AVERAGE_POOL_2D", filter, stride, padding, activation, channels, batches))
