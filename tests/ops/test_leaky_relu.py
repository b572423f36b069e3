"""LEAKY_RELU, int8."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("alpha", (0.1, 0.3, 1.5, 0.0))
def test_every_answer(scales, zeros, alpha):
    agree_everywhere("LEAKY_RELU", *map(Numbers, scales, zeros), alpha=alpha)


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero, st.floats(0, 2))
def test_any(a, b, za, zb, alpha):
    agree_everywhere("LEAKY_RELU", Numbers(a, za), Numbers(b, zb), alpha=alpha)
