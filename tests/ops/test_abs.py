"""ABS, int8."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import Numbers
from hypothesis import given
from hypothesis import strategies as st
from whole import alone


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_answer(scales, zeros):
    agree_everywhere("ABS", *map(Numbers, scales, zeros))


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero)
def test_any(a, b, za, zb):
    agree_everywhere("ABS", Numbers(a, za), Numbers(b, zb))


def test_whole_numbers():
    alone("ABS", "int32", micro=False)
