"""RELU6, int8 and int16."""

import pytest
import sixteen
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_answer(scales, zeros):
    agree_everywhere("RELU6", *map(Numbers, scales, zeros))


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero)
def test_any(a, b, za, zb):
    agree_everywhere("RELU6", Numbers(a, za), Numbers(b, zb))


@pytest.mark.parametrize("scales", ((1e-4, 1e-4), (1e-3, 1e-3), (0.05, 0.05), (1e-4, 2e-4)))
@pytest.mark.parametrize("zeros", ((0, 0), (-300, 20),))
def test_int16(scales, zeros):
    sixteen.agree_everywhere("RELU6", *map(Numbers, scales, zeros))


def test_floats():
    unary("RELU6")
