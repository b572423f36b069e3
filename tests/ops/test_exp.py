"""EXP, int16 and float32."""

import pytest
import sixteen
from harness import LiteRt, Numbers
from reals import unary


def test_floats():
    unary("EXP", 1)


@pytest.mark.parametrize("scales", [(1e-4, 3e-4), (1e-4, 1e-3), (2e-4, 0.02), (1e-5, 5e-5)])
def test_int16(scales):
    """TFLite Micro lacks it."""
    sixteen.agree_everywhere("EXP", *map(Numbers, scales), LiteRt)
