"""RELU_N1_TO_1, int8: LiteRT is the reference, TFLite Micro lacks it."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import LiteRt, Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_answer(scales, zeros):
    agree_everywhere("RELU_N1_TO_1", *map(Numbers, scales, zeros), LiteRt)


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero)
def test_any(a, b, za, zb):
    agree_everywhere("RELU_N1_TO_1", Numbers(a, za), Numbers(b, zb), LiteRt)


def test_floats():
    unary("RELU_N1_TO_1", oracle=LiteRt)
