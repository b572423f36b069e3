"""LOGISTIC, int8 and int16."""

import numpy as np
import pytest
import sixteen
from harness import Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from reals import unary

ALL = np.arange(-128, 128, dtype=np.int8)


def agree_everywhere(numbers):
    graph = one_op("LOGISTIC", [tensor((1, 256), numbers=numbers)], [tensor((1, 256), numbers=Numbers(1 / 256, -128))])
    agree(graph, given=[[ALL.reshape(1, 256)]])


@pytest.mark.parametrize("zero_point", (-128, -1, 0, 127))
@pytest.mark.parametrize("scale", (5e-9, 1e-6, 1e-4, 0.01, 0.0625, 0.1, 0.125, 0.3, 1.0, 15.9, 16.0, 17.0, 300.0, 1e6))
def test_scales(scale, zero_point):
    """Below 2^-28 a cast in the reference overflows: its answer is the compiler's."""
    agree_everywhere(Numbers(scale, zero_point))


@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, 3, 4, 5)])
def test_shapes(shape):
    agree(one_op("LOGISTIC", [tensor(shape)], [tensor(shape, numbers=Numbers(1 / 256, -128))]))


@given(st.floats(1e-4, 10), st.integers(-128, 127))
def test_any(scale, zero_point):
    agree_everywhere(Numbers(scale, zero_point))


@pytest.mark.parametrize("scale", (2**-12, 2**-11, 2**-10, 2**-13, 2**-15, 1e-6, 1e-4, 3e-4, 0.0017, 0.05, 1.0, 3.0))
def test_int16(scale):
    """Scales that are powers of two and others."""
    sixteen.agree_everywhere("LOGISTIC", Numbers(scale), Numbers(2**-15))


def test_floats():
    unary("LOGISTIC", 3)
