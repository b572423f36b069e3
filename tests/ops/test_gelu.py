"""GELU, int8: LiteRT is the reference, TFLite Micro lacks it."""

import pytest
from functions import SCALES, ZEROS, agree_everywhere
from harness import LiteRt, Numbers
from hypothesis import given
from hypothesis import strategies as st
from reals import EVERYWHERE, unary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("approximate", (False, True))
def test_every_answer(scales, zeros, approximate):
    agree_everywhere("GELU", *map(Numbers, scales, zeros), LiteRt, approximate=approximate)


scale, zero = st.floats(1e-3, 2), st.integers(-128, 127)


@given(scale, scale, zero, zero, st.booleans())
def test_any(a, b, za, zb, approximate):
    agree_everywhere("GELU", Numbers(a, za), Numbers(b, zb), LiteRt, approximate=approximate)


@pytest.mark.parametrize("approximate", (False, True))
def test_floats(approximate):
    """Cancellation: what is left of 1 + tanh far below zero is all error, in the reference as well."""
    values = EVERYWHERE[~(EVERYWHERE < -2)] if approximate else EVERYWHERE
    unary("GELU", 32, values, LiteRt, approximate=approximate)
