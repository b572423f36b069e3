"""RSQRT, int8: of what is not negative."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_answer(scales, zeros):
    agree_everywhere("RSQRT", *map(Numbers, scales, zeros), first=zeros[0])


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero)
def test_any(a, b, za, zb):
    agree_everywhere("RSQRT", Numbers(a, za), Numbers(b, zb), first=za)


def test_floats():
    unary("RSQRT")
