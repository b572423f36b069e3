"""SOFTMAX, int8 and int16."""

import numpy as np
import pytest
from harness import Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from reals import near, numbers, real

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


WIDE = Numbers(2**-15)


@pytest.mark.parametrize("depth", (1, 2, 3, 7, 10, 16, 33, 300, 5000))
def test_int16_depth(depth):
    agree(one_op("SOFTMAX", [tensor((3, depth), "int16", Numbers(1e-4))], [tensor((3, depth), "int16", WIDE)], beta=1.0))


@pytest.mark.parametrize("scale", (1e-6, 1e-4, 3e-4, 0.01, 1.0))
@pytest.mark.parametrize("beta", (0.1, 1.0, 7.0))
def test_int16_every_difference(scale, beta):
    """All 65536 differences from the maximum, and rows of random numbers of all sizes."""
    pairs = np.stack([np.full(1 << 16, 32767), np.arange(-32768, 32768)], 1).astype(np.int16)
    graph = one_op("SOFTMAX", [tensor(pairs.shape, "int16", Numbers(scale))], [tensor(pairs.shape, "int16", WIDE)], beta=beta)
    agree(graph, given=[[pairs]])
    rows = (np.random.default_rng(0).normal(size=(300, 12)) * 2.0 ** np.arange(300).reshape(-1, 1) ** 0.47).clip(-32768, 32767).astype(np.int16)
    graph = one_op("SOFTMAX", [tensor(rows.shape, "int16", Numbers(scale))], [tensor(rows.shape, "int16", WIDE)], beta=beta)
    agree(graph, given=[[rows]])


@pytest.mark.parametrize("beta", (0.1, 1.0, 3.0))
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 33), (2, 3, 4, 17), (5,)])
def test_floats(shape, beta):
    given = [[numbers(shape) * size] for size in (1e-20, 0.1, 1, 30, 1e4)]
    near(one_op("SOFTMAX", [real(shape)], [real(shape)], beta=beta), 4, given)
