"""RESIZE_BILINEAR, int8 and int16."""

import pytest
from harness import LiteRt, indices, one_op
from hypothesis import given
from hypothesis import strategies as st
from reals import near, real
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


@pytest.mark.parametrize("align, half", [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("size, out", [((2, 3), (5, 7)), ((7, 8), (3, 3)), ((1, 1), (4, 2)), ((3, 33), (15, 16)), ((5, 5), (1, 1)), ((4, 4), (4, 4))])
def test_floats(size, out, align, half):
    for channels, batches in ((1, 1), (3, 2), (17, 1)):
        x, y = real((batches, *size, channels)), real((batches, *out, channels))
        near(one_op("RESIZE_BILINEAR", [x, indices(*out)], [y], align_corners=align, half_pixel_centers=half))
