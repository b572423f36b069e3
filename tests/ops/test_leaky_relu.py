"""LEAKY_RELU, int8 and int16."""

import pytest
import sixteen
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("alpha", (0.1, 0.3, 1.5, 0.0))
def test_every_answer(scales, zeros, alpha):
    agree_everywhere("LEAKY_RELU", *map(Numbers, scales, zeros), alpha=alpha)


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero, st.floats(0, 2))
def test_any(a, b, za, zb, alpha):
    agree_everywhere("LEAKY_RELU", Numbers(a, za), Numbers(b, zb), alpha=alpha)


@pytest.mark.parametrize("scales", [(1e-4, 1e-4), (1e-4, 3e-5), (3e-4, 2e-3)])
@pytest.mark.parametrize("alpha", (0.01, 0.3, 1.0, 1.7, 0.0))
def test_int16(scales, alpha):
    sixteen.agree_everywhere("LEAKY_RELU", *map(Numbers, scales), alpha=alpha)


@pytest.mark.parametrize("alpha", (0.0, 0.2, 1.0, -0.5, 3.0))
def test_floats(alpha):
    unary("LEAKY_RELU", alpha=alpha)
