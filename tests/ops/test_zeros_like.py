"""ZEROS_LIKE."""

import pytest
from moving import like, moves


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32", "int64"))
def test_zeros(dtype):
    moves("ZEROS_LIKE", [like((2, 3, 5), dtype)], [(2, 3, 5)], dtype)
