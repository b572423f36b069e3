"""RESIZE_BILINEAR, int8 and int16."""

import pytest
from harness import LiteRt
from hypothesis import given
from hypothesis import strategies as st
from resizing import MODES, SIZES, resize, sizes


@pytest.mark.parametrize("size, out", SIZES)
@pytest.mark.parametrize("mode", MODES)
def test_sizes(size, out, mode):
    resize("RESIZE_BILINEAR", size, out, mode)


@given(sizes, sizes, st.sampled_from(MODES))
def test_any(size, out, mode):
    resize("RESIZE_BILINEAR", size, out, mode)


@pytest.mark.parametrize("size, out", SIZES)
@pytest.mark.parametrize("mode", MODES)
def test_int16(size, out, mode):
    """TFLite Micro lacks it."""
    resize("RESIZE_BILINEAR", size, out, mode, dtype="int16", oracle=LiteRt)
