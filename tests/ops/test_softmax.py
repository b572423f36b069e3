"""SOFTMAX, int8."""

import numpy as np
import pytest
from harness import Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st

PROBABILITY = Numbers(1 / 256, -128)


def softmax(shape, beta=1.0, input=Numbers(0.1, 4)):
    return one_op("SOFTMAX", [tensor(shape, numbers=input)], [tensor(shape, numbers=PROBABILITY)], beta=beta)


@pytest.mark.parametrize("depth", (1, 2, 3, 7, 10, 12, 16, 33, 300, 511))
def test_depth(depth):
    agree(softmax((1, depth)))
    agree(softmax((3, depth), input=Numbers(0.02, -128)))


@pytest.mark.parametrize("depth", (512, 1000, 1001, 2048, 4095))
def test_many_classes(depth):
    """Random rows only: the reference aborts where 512 or more values share the probability evenly."""
    rows = np.random.default_rng(depth).integers(-128, 127, (3, depth), np.int8, endpoint=True)
    agree(softmax((3, depth), input=Numbers(0.1, 0)), given=[[rows]])
    agree(softmax((3, depth), input=Numbers(0.7, 0)), given=[[rows]])


@pytest.mark.parametrize("shape", [(5,), (2, 3, 4), (1, 2, 2, 5)])
def test_ranks(shape):
    agree(softmax(shape))


@pytest.mark.parametrize("zero_point", (-128, 0, 127))
@pytest.mark.parametrize("scale", (2e-8, 1e-5, 1e-3, 0.0123, 0.1, 0.5, 0.999, 1.0, 2.0, 7.9, 16.0, 100.0, 1e6))
def test_scales(scale, zero_point):
    """Below 1.5e-8 the reference aborts."""
    agree(softmax((4, 10), input=Numbers(scale, zero_point)))


@pytest.mark.parametrize("beta", (0.01, 0.5, 1.0, 2.5, 100.0))
def test_beta(beta):
    agree(softmax((4, 10), beta))


@pytest.mark.parametrize("scale", (0.003, 0.05, 0.25, 1.5))
def test_every_pair(scale):
    """Every difference from the maximum, and every sum of two."""
    pairs = np.array([(127, b) for b in range(-128, 128)] + [(a, a // 2) for a in range(-128, 128)], np.int8)
    agree(softmax(pairs.shape, input=Numbers(scale, 0)), given=[[pairs]])


@given(st.lists(st.integers(1, 6), max_size=3), st.integers(1, 64), st.floats(0.01, 20), st.floats(1e-5, 5), st.integers(-128, 127))
def test_any(shape, depth, beta, scale, zero_point):
    agree(softmax((*shape, depth), beta, Numbers(scale, zero_point)))
