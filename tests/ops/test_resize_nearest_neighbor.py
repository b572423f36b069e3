"""RESIZE_NEAREST_NEIGHBOR, int8 and int16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resizing import MODES, SIZES, resize, sizes


@pytest.mark.parametrize("size, out", SIZES)
@pytest.mark.parametrize("mode", (*MODES, {"align_corners": True, "half_pixel_centers": True}))
@pytest.mark.parametrize("dtype", ("int8", "int16", "float32"))
def test_sizes(size, out, mode, dtype):
    resize("RESIZE_NEAREST_NEIGHBOR", size, out, mode, dtype=dtype)


@given(sizes, sizes, st.sampled_from(MODES))
def test_any(size, out, mode):
    resize("RESIZE_NEAREST_NEIGHBOR", size, out, mode)
