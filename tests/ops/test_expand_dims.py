"""EXPAND_DIMS: the bytes stay."""

import pytest
from harness import indices
from moving import like, moves


@pytest.mark.parametrize("dtype", ("int8", "float32"))
@pytest.mark.parametrize("axis, out", [(0, (1, 3, 5)), (1, (3, 1, 5)), (-1, (3, 5, 1))])
def test_expand(axis, out, dtype):
    moves("EXPAND_DIMS", [like((3, 5), dtype), indices(axis)], [out], dtype)
