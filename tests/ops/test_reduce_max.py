"""REDUCE_MAX, int8."""

import pytest
from hypothesis import given
from reductions import SHAPES, cases, reduction


@pytest.mark.parametrize("shape, axes", SHAPES)
@pytest.mark.parametrize("keep", (False, True))
def test_axes(shape, axes, keep):
    reduction("REDUCE_MAX", shape, axes, keep=keep)


@given(cases())
def test_any(case):
    reduction("REDUCE_MAX", *case)
