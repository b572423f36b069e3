"""AVERAGE_POOL_2D, int8 and int16."""

import pooling
from harness import Numbers, agree
from hypothesis import given
from pooling import ACTIVATIONS, CHANNELS, FILTERS, NUMBERS, PADDINGS, STRIDES, pool

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
