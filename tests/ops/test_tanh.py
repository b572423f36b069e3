"""TANH, int8 and int16."""

import pytest
import sixteen
from functions import agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("zero_point", (-128, -1, 0, 127))
@pytest.mark.parametrize("scale", (5e-9, 1e-6, 1e-4, 0.01, 0.0625, 0.1, 0.125, 0.3, 1.0, 15.9, 16.0, 17.0, 300.0))
def test_scales(scale, zero_point):
    agree_everywhere("TANH", Numbers(scale, zero_point), Numbers(1 / 128, 0))


@given(st.floats(1e-4, 10), st.integers(-128, 127))
def test_any(scale, zero_point):
    agree_everywhere("TANH", Numbers(scale, zero_point), Numbers(1 / 128, 0))


@pytest.mark.parametrize("scale", (2**-12, 2**-11, 2**-10, 2**-13, 2**-15, 1e-6, 1e-4, 3e-4, 0.0017, 0.05, 1.0, 3.0))
def test_int16(scale):
    """Scales that are powers of two and others."""
    sixteen.agree_everywhere("TANH", Numbers(scale), Numbers(2**-15))


def test_floats():
    unary("TANH", 3)
