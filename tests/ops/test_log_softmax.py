"""LOG_SOFTMAX, int8."""

import pytest
from harness import AWKWARD, Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from reals import near, numbers, real


def log_softmax(shape, scale, zero_point=0, seed=0):
    agree(one_op("LOG_SOFTMAX", [tensor(shape, numbers=Numbers(scale, zero_point))], [tensor(shape, numbers=Numbers(1 / 16, 127))]), seed)


@pytest.mark.parametrize("depth", (*AWKWARD, 1000, 4000))
def test_depths(depth):
    log_softmax((2, 2, depth), 0.1)


@pytest.mark.parametrize("scale", (1e-6, 1e-3, 0.01, 0.0625, 0.3, 1.0, 3.0, 31.0))
def test_scales(scale):
    log_softmax((5, 10), scale)


@given(st.integers(1, 50), st.floats(1e-4, 4), st.integers(-128, 127), st.integers(0, 1000))
def test_any(depth, scale, zero_point, seed):
    log_softmax((4, depth), scale, zero_point, seed)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 33), (2, 3, 4, 17), (5,)])
def test_floats(shape):
    given = [[numbers(shape) * size] for size in (1e-20, 0.1, 1, 30, 1e4)]
    near(one_op("LOG_SOFTMAX", [real(shape)], [real(shape)]), 2, given)
