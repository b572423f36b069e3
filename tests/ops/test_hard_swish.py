"""HARD_SWISH, int8."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import assume, given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_answer(scales, zeros):
    agree_everywhere("HARD_SWISH", *map(Numbers, scales, zeros))


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero)
def test_any(a, b, za, zb):
    assume(a / b < 127)  # the reference refuses more
    agree_everywhere("HARD_SWISH", Numbers(a, za), Numbers(b, zb))


def test_floats():
    unary("HARD_SWISH")
